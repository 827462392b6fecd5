<?php

declare(strict_types=1);

/*
 * In place of the extension: an engine that answers by the model of the contract.
 *
 * It shows what the addon makes of the extension's interface where the extension itself was not built: which
 * options it sends, of which types, and what it does with the answers. WHMCS_WORLD names the world it answers
 * about.
 */

namespace TrafficEngine;

use BadMethodCallException;
use TrafficEngine\Whmcs\Tests\Model\Model;
use TrafficEngine\Whmcs\Tests\World;

require_once dirname(__DIR__) . '/bootstrap.php';

class Exception extends \RuntimeException
{
    public function getErrorCode(): string
    {
        return 'stand_in';
    }
}
class InvalidRequestException extends Exception
{
}
class ConfigException extends Exception
{
}

final class JsonPieces
{
    /** @param list<string> $rest */
    private array $rest;

    public function __construct(string $text)
    {
        $this->rest = str_split($text, 65_536);
    }

    public function next(): ?string
    {
        return array_shift($this->rest);
    }
}

final class Engine
{
    private const CONFIG = ['store' => 'string', 'password' => 'string', 'timezone' => 'string', 'data_dir' => 'string', 'path' => 'string',
        'refresh_interval_ms' => 'int', 'verify_interval_ms' => 'int', 'memory_limit_mb' => 'int', 'read_timeout_ms' => 'int', 'query_timeout_ms' => 'int',
        'retention_days' => 'int',
        'history_days' => 'int',
        'size_limit_mb' => 'int'];
    private const OPTIONS = ['time_range' => 'string', 'start_date' => 'string', 'end_date' => 'string', 'start_timestamp' => 'int',
        'end_timestamp' => 'int', 'sort_by' => 'string', 'limit' => 'int|string', 'user_id' => 'int', 'service_id' => 'int',
        'node_id' => 'int|string', 'uuid' => 'string', 'grain' => 'string', 'enhanced' => 'bool', 'exclude_day_traffic' => 'bool', 'group_by' => 'string',
        'verify' => 'bool'];
    private const RANGE = ['start_date', 'end_date', 'start_timestamp', 'end_timestamp'];

    private function __construct(private readonly Model $model)
    {
    }

    public static function open(array $config): self
    {
        self::check($config, self::CONFIG, ConfigException::class);
        if (($config['timezone'] ?? '') !== date_default_timezone_get() || parse_url($config['store'], PHP_URL_SCHEME) !== 'mysql') {
            throw new ConfigException('a zone and a store are needed');
        }
        $worlds = array_column(array_map(static fn (array $world): array => ['name' => $world[0]->name, 'world' => $world[0]], World::all()), 'world', 'name');
        return new self(new Model($worlds[(string) getenv('WHMCS_WORLD')]));
    }

    public static function version(): string
    {
        return '0.0.0-stand-in';
    }

    public function stats(): array
    {
        $nothing = ['upload' => 0, 'download' => 0];
        return [
            'moment' => ['generation' => 1, 'watermark' => 0, 'age_ms' => 0, 'verified_age_ms' => 0, 'detail_since' => null],
            'rows' => $this->model->usage->count(),
            'segments' => 1,
            'bytes' => 0,
            'history' => ['days' => 0, 'complete_since' => null, 'unattributed' => $nothing, 'disagreements' => 0],
        ];
    }

    public function jsonPieces(string $question, array $options = []): JsonPieces
    {
        return new JsonPieces($this->{lcfirst(str_replace('_', '', ucwords($question, '_'))) . 'Json'}($options));
    }

    /** A method of the interface, or its twin that answers JSON. */
    public function __call(string $method, array $arguments): mixed
    {
        $options = $arguments[0] ?? [];
        self::check($options, self::OPTIONS, InvalidRequestException::class);
        $isJson = str_ends_with($method, 'Json');
        $answer = $this->answer($isJson ? substr($method, 0, -4) : $method, $options);
        return $isJson ? json_encode($answer, JSON_THROW_ON_ERROR) : $answer;
    }

    private function answer(string $method, array $options): ?array
    {
        $this->refuseUnknownRange($options);
        self::refuseMixtures($options);
        $range = array_replace(array_fill_keys(self::RANGE, null), array_intersect_key($options, array_flip(self::RANGE)));
        $word = self::word($options);
        $limit = ($options['limit'] ?? 'all') === 'all' ? PHP_INT_MAX : $options['limit'];
        $timestamps = [$range['start_timestamp'], $range['end_timestamp']];
        $dates = [$range['start_date'], $range['end_date']];
        $sort = $options['sort_by'] ?? 'traffic_desc';
        return match ($method) {
            'rankUsers' => $this->ask('getUserTrafficRankings', $sort, $word, $limit, ...$dates, ...$timestamps),
            'rankNodes' => $this->ask('getNodeTrafficRankings', $sort, $word, ...$timestamps),
            'aggregate' => $this->ask('streamProcessTrafficData', $word, $options['group_by'] ?? 'user'),
            'userChart' => $this->ask('getUserTrafficChart', $options['user_id'], self::cutBy($options) ?? $word, ...$dates, ...$timestamps),
            'nodeChart' => $this->ask('getNodeTrafficChart', $options['node_id'], self::cutBy($options) ?? $word, ...$timestamps),
            'live' => $this->ask('getLiveStats'),
            'today' => $this->ask('getTodayTrafficData'),
            'total' => $this->ask('getTotalTrafficSinceLaunch'),
            'peak' => $this->ask('getHistoricalPeakTraffic'),
            'nodes' => $this->ask('getAllNodes'),
            'nodeTable' => array_map(static fn (object $node): array => (array) $node, $this->ask('getAllNode')),
            'userDetails' => $this->ask('getUserDetails', $options['user_id']),
            'nodeDetails' => $this->ask('getNodeDetails', $options['node_id']),
            'usageRecords' => $this->ask('getUsageRecords', $options['node_id'] ?? null, $options['user_id'] ?? null, $word, $limit, ...$dates,
                ...[$options['uuid'] ?? null], ...$timestamps),
            'traffic' => $this->ask(empty($options['enhanced']) ? 'getTrafficData' : 'getEnhancedTrafficData', $options),
            'groupedTraffic' => $this->ask(
                'groupDataByTime',
                $this->answer('traffic', array_diff_key($options, ['grain' => null])),
                ['hour' => 'today', 'day' => 'week'][$options['grain'] ?? ''] ?? $word,
            ),
            'dayTraffic' => $this->ask('getDayTraffic', ['sid' => $options['service_id'] ?? null, 'uuid' => $options['uuid'] ?? null,
                'start' => $range['start_date'], 'end' => $range['end_date']]),
            'refresh' => ['generation' => 1, 'watermark' => 0, 'age_ms' => 0, 'verified_age_ms' => 0],
            default => throw new BadMethodCallException("the engine has no method $method"),
        };
    }

    private function ask(string $function, mixed ...$arguments): mixed
    {
        return $this->model->answer($function, $arguments);
    }

    /** The word that stands for the bounds that are given. */
    private static function word(array $options): string
    {
        return $options['time_range'] ?? match (true) {
            isset($options['start_timestamp']) => 'time_range',
            isset($options['start_date']) => 'custom',
            default => 'today',
        };
    }

    /** A word that the model cuts as the grain says, where timestamps replace it. */
    private static function cutBy(array $options): ?string
    {
        return ['hour' => 'last_hour', 'day' => 'all'][$options['grain'] ?? ''] ?? null;
    }

    /** The engine is asked about one period. */
    private static function refuseMixtures(array $options): void
    {
        $given = array_map(static fn (array $keys): int => count(array_intersect_key($options, array_flip($keys))), [
            ['time_range'],
            ['start_date', 'end_date'],
            ['start_timestamp', 'end_timestamp'],
        ]);
        $needsBounds = in_array($options['time_range'] ?? null, ['custom', 'time_range'], true);
        if (!in_array($given, [[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 2]], true) || $needsBounds) {
            throw new InvalidRequestException('two periods, or half a one: ' . json_encode($options));
        }
    }

    /** The engine refuses what the addon's functions answer emptily. */
    private function refuseUnknownRange(array $options): void
    {
        $word = $options['time_range'] ?? 'today';
        if ($this->model->ranges->bounds('ranking', $word) === false) {
            throw new InvalidRequestException("unknown time range $word");
        }
        if (isset($options['start_timestamp'], $options['end_timestamp']) && $options['start_timestamp'] > $options['end_timestamp']) {
            throw new InvalidRequestException('the time range starts after its end');
        }
    }

    /** @param class-string<Exception> $exception */
    private static function check(array $given, array $known, string $exception): void
    {
        foreach ($given as $name => $value) {
            if (!in_array(get_debug_type($value), explode('|', $known[$name] ?? ''), true)) {
                throw new $exception("option $name of type " . get_debug_type($value));
            }
        }
    }
}
