<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use TrafficEngine\Engine;
use V2RaySocksTraffic\Addon;
use V2RaySocksTraffic\Backend\DataDirectory;
use V2RaySocksTraffic\Backend\EngineOpener;
use V2RaySocksTraffic\Cron;
use V2RaySocksTraffic\Guard;
use V2RaySocksTraffic\Language;
use V2RaySocksTraffic\Maintenance\PreAggregation;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Optimization;
use V2RaySocksTraffic\Sql\History;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** How the module is: without hosts, names and passwords. */
final class Status
{
    /** Figures of the extension that the page shows. */
    private const FIGURES = ['generation', 'watermark', 'age_ms', 'verified_age_ms', 'rows', 'segments', 'bytes'];

    /** @return array<string, mixed> */
    public static function engine(): array
    {
        $module = Module::get();
        $failure = self::tried(static fn (): ?array => $module->health()->lastFailure());
        $cache = \v2raysocks_traffic_getCacheStats();
        return [
            'module_version' => Addon::VERSION,
            'php_version' => PHP_VERSION,
            'backend' => self::backend($module),
            'extension_loaded' => EngineOpener::isLoaded(),
            'extension_version' => EngineOpener::isLoaded() ? self::tried(Engine::version(...)) : null,
            'engine_enabled' => $module->settings->isOn('engine_enabled'),
            'data_directory' => self::dataDirectory($module),
            'data_directory_problem' => EngineOpener::isLoaded() ? DataDirectory::ofSettings($module->settings)->problem(Language::get()) : null,
            'cron_problem' => $module->settings->get(Cron::OTHER_USER) ?: null,
            'snapshot' => $module->usesExtension() && self::dataDirectory($module) !== '' ? self::snapshot($module) : null,
            'cache_available' => $cache['redis_available'],
            'cache_hit_ratio' => $cache['hit_rate'],
            'missing_indexes' => self::tried(
                static fn (): array => array_column($module->indexes()->planAtRest()['create'], 'name'),
            ),
            'index_plan' => self::tried($module->indexes()->planAtRest(...)),
            'indexes_running' => self::tried($module->indexes()->running(...)),
            'indexes' => self::tried($module->indexes()->status(...)),
            'index_report' => $module->indexes()->report(),
            'missing_tables' => self::tried(
                static fn (): array => PreAggregation::ofModule($module)->missing(),
            ),
            'pre_aggregates' => self::tried(
                static fn (): array => PreAggregation::ofModule($module)->status(),
            ),
            'optimization' => Optimization::last($module->settings),
            'last_fallback' => is_array($failure) ? $failure['reason'] : null,
            'last_fallback_at' => is_array($failure) ? $failure['at'] : null,
            'time_zone' => date_default_timezone_get(),
        ];
    }

    /** Since when the nodes and hours behind merged days are all known; null where all are, or nobody can tell. */
    public static function detailSince(): ?int
    {
        $module = Module::get();
        if (self::backend($module) === 'database') {
            $since = self::tried(static fn (): ?int => History::completeSince($module->connection(), new Calendar()));
            return is_int($since) ? $since : null;
        }
        $canTell = self::dataDirectory($module) !== '';
        $snapshot = $canTell ? self::snapshot($module) : [];
        return is_array($snapshot) ? $snapshot['detail_since'] ?? null : null;
    }

    /** @return array<string, mixed> */
    public static function debug(): array
    {
        $module = Module::get();
        $cache = \v2raysocks_traffic_getCacheStats();
        $isConnected = self::tried(static fn (): array => $module->connection()->rows('SELECT 1'));
        return [
            'php_version' => PHP_VERSION,
            'redis_available' => extension_loaded('redis'),
            'database_connection' => is_array($isConnected) ? 'OK' : 'FAILED',
            'redis_connection' => $cache['redis_available'] ? 'OK' : 'FAILED',
            'cache_performance' => $cache,
            'module_config' => \v2raysocks_traffic_getModuleConfig(),
            'server_info' => \v2raysocks_traffic_serverInfo() === null ? 'FAILED' : 'OK',
            'current_time' => time(),
            'current_date_utc' => gmdate('Y-m-d H:i:s'),
            'current_date_local' => (new Calendar())->format(time()),
            'timezone' => date_default_timezone_get(),
        ];
    }

    private static function backend(Module $module): string
    {
        if (!$module->usesExtension()) {
            return 'database';
        }
        return self::tried(static fn (): bool => $module->health()->mayTry()) === true ? 'extension' : 'database';
    }

    private static function dataDirectory(Module $module): string
    {
        return DataDirectory::ofSettings($module->settings)->path;
    }

    /** @return array<string, mixed>|string figures of the snapshot, or why there are none */
    private static function snapshot(Module $module): array|string
    {
        $stats = self::tried(static fn (): array => EngineOpener::open($module->server(), $module->settings)->stats());
        if (!is_array($stats)) {
            return $stats;
        }
        return array_intersect_key($stats['moment'] + $stats, array_flip(self::FIGURES)) + self::history($stats['history']);
    }

    /**
     * @param array<string, mixed> $history
     * @return array<string, mixed> what is known of days that the panel has merged
     */
    private static function history(array $history): array
    {
        return [
            'detail_days' => $history['days'],
            'detail_since' => $history['complete_since'],
            'unattributed' => $history['unattributed']['upload'] + $history['unattributed']['download'],
            'disagreements' => $history['disagreements'],
        ];
    }

    /**
     * @template T
     * @param callable(): T $ask
     * @return T|string what was asked for, or why there is no answer
     */
    private static function tried(callable $ask): mixed
    {
        try {
            return $ask();
        } catch (\Throwable $failure) {
            return Guard::shown($failure);
        }
    }
}
