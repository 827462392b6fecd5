<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Backend\Backend;
use V2RaySocksTraffic\Cache\Envelope;
use V2RaySocksTraffic\Cache\Ttl;
use V2RaySocksTraffic\Http\TrafficRows;
use V2RaySocksTraffic\Sql\History;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * All questions with their caching. Answers of the database are kept in Redis; those of the extension are not,
 * as it is faster than Redis and fresher. Failures are thrown as BadRequest and Unavailable.
 */
final class Reports
{
    /** Rows that fit into memory as arrays, whatever the question. */
    private const ARRAY_ROWS_MAX = 2000;

    public function __construct(private readonly Module $module)
    {
    }

    /** @return list<array<string, mixed>> */
    public function rankUsers(Request $request): array
    {
        return $this->cached(
            self::key('user_traffic_rankings_', $request),
            fn (): array => self::all($this->module->backend()->rankUsers($request)),
        );
    }

    /** @return iterable<string> the ranking as JSON in pieces, never all in memory */
    public function rankUsersJson(Request $request): iterable
    {
        $ask = fn (): iterable => $this->module->backend()->rankUsersJson($request);
        return $this->pieces(self::key('user_traffic_rankings_json_', $request), $ask);
    }

    /** @return iterable<string> usage records as JSON in pieces, never all in memory */
    public function usageRecordsJson(Request $request): iterable
    {
        $ask = fn (): iterable => Json::list($this->eachUsageRecord($request));
        return $this->pieces(self::key('usage_records_json_', $request), $ask);
    }

    /**
     * Traffic rows as JSON in pieces, never all in memory, and what is known of them when these have passed.
     *
     * @return array{iterable<string>, \Closure(): int, \Closure(): array<string, mixed>} pieces, rows, groups
     */
    public function trafficJson(Request $request): array
    {
        $key = self::key($request->enhanced ? 'enhanced_traffic_json_' : 'traffic_data_json_', $request);
        $word = $request->range->word->text;
        $rows = new TrafficRows($this->eachTrafficRow($request));
        if ($this->isByExtension()) {
            return [Json::list($rows->each()), static fn (): int => $rows->count(), static fn (): array => $rows->groups($word)];
        }
        $kept = json_decode($this->module->cache()->get("$key:sums") ?? '', true);
        $json = is_array($kept) && isset($kept['count'], $kept['groups']) ? $this->module->cache()->get($key) : null;
        if ($json !== null) {
            return [[$json], static fn (): int => (int) $kept['count'], static fn (): array => (array) $kept['groups']];
        }
        $sums = fn (): bool => $this->module->cache()->set(
            "$key:sums",
            Json::typed(['count' => $rows->count(), 'groups' => $rows->groups($word)]),
            Ttl::of($key),
        );
        $pieces = $this->keeping($key, Json::list($rows->each()), $sums);
        return [$pieces, static fn (): int => $rows->count(), static fn (): array => $rows->groups($word)];
    }

    /**
     * What is kept of an answer as JSON, else the answer, which is kept.
     *
     * @param callable(): iterable<string> $ask
     * @return iterable<string>
     */
    private function pieces(string $key, callable $ask): iterable
    {
        if ($this->isByExtension()) {
            return $ask();
        }
        $kept = $this->module->cache()->get($key);
        // A list, as all of these are; what else lies there is as good as nothing.
        return $kept !== null && str_starts_with($kept, '[') ? [$kept] : $this->keeping($key, $ask());
    }

    /**
     * Hands pieces on and keeps them where they are not too many.
     *
     * @param iterable<string> $pieces
     * @param (callable(): mixed)|null $also what is kept beside them
     * @return \Generator<int, string>
     */
    private function keeping(string $key, iterable $pieces, ?callable $also = null): \Generator
    {
        $text = '';
        foreach ($pieces as $piece) {
            $text = $text === null || strlen($text) + strlen($piece) > Envelope::BYTES_MAX ? null : $text . $piece;
            yield $piece;
        }
        if ($text !== null && ($also === null || $also() === true)) {
            $this->module->cache()->set($key, $text, Ttl::of($key));
        }
    }

    /** @return iterable<array<string, mixed>> the ranking row by row, never all in memory */
    public function eachRankedUser(Request $request): iterable
    {
        return $this->streaming($request)->rankUsers($request);
    }

    /** @return list<array<string, mixed>> */
    public function rankNodes(Request $request): array
    {
        return $this->cached(
            self::key('node_traffic_rankings_', $request),
            fn (): array => $this->module->backend()->rankNodes($request),
        );
    }

    /** @return list<array<string, mixed>> */
    public function aggregate(Request $request): array
    {
        return $this->module->backend()->aggregate($request);
    }

    /**
     * @param mixed $asked the id as it was given, which the chart repeats
     * @return array<string, mixed>
     */
    public function userChart(Request $request, mixed $asked): array
    {
        $chart = $this->cached(
            self::key('user_traffic_chart_', $request),
            fn (): array => $this->module->backend()->userChart($request),
            ['labels', 'upload', 'download', 'total'],
        );
        return array_replace($chart, ['user_id' => $asked]);
    }

    /**
     * @param mixed $asked the id as it was given, which the chart repeats
     * @return array<string, mixed>
     */
    public function nodeChart(Request $request, mixed $asked): array
    {
        $chart = $this->cached(
            self::key('node_traffic_chart_', $request),
            fn (): array => $this->module->backend()->nodeChart($request),
            ['labels', 'upload', 'download', 'total'],
        );
        return array_replace($chart, ['node_id' => $asked]);
    }

    /** @return array<string, mixed> */
    public function live(): array
    {
        return $this->cached('live_stats', fn (): array => $this->module->backend()->live(), ['active_users', 'traffic_periods', 'total_users']);
    }

    /** @return array<string, mixed> */
    public function today(): array
    {
        $key = 'today_traffic_' . (new Calendar())->today();
        return $this->cached($key, fn (): array => $this->module->backend()->today(), ['date', 'hourly_stats']);
    }

    /** @return array<string, mixed> */
    public function total(): array
    {
        return $this->cached(
            'total_traffic_since_launch',
            fn (): array => $this->module->backend()->total(),
            ['total_upload', 'total_download', 'total_traffic', 'first_record'],
        );
    }

    /** @return array<string, mixed> */
    public function peak(): array
    {
        return $this->cached('historical_peak_traffic', fn (): array => $this->module->backend()->peak(), ['peak_date', 'peak_traffic']);
    }

    /** @return list<array<string, mixed>> */
    public function nodes(): array
    {
        return $this->cached('monitor_all_nodes_list', fn (): array => $this->module->backend()->nodes());
    }

    /** @return list<array<string, mixed>> */
    public function nodeTable(): array
    {
        return $this->cached('all_nodes_basic', fn (): array => $this->module->backend()->nodeTable());
    }

    /** @return array<string, mixed>|null */
    public function userDetails(int $id): ?array
    {
        return $this->cached("user_details:$id", fn (): ?array => $this->module->backend()->userDetails($id), isMaybe: true);
    }

    /** @return array<string, mixed>|null */
    public function nodeDetails(int $id): ?array
    {
        return $this->cached("node_details:$id", fn (): ?array => $this->module->backend()->nodeDetails($id), isMaybe: true);
    }

    /** @return list<array<string, mixed>> */
    public function usageRecords(Request $request): array
    {
        return $this->cached(
            self::key('usage_records_', $request),
            fn (): array => self::all($this->module->backend()->usageRecords($request)),
        );
    }

    /** @return iterable<array<string, mixed>> the records one by one, never all in memory */
    public function eachUsageRecord(Request $request): iterable
    {
        return $this->streaming($request)->usageRecords($request);
    }

    /** @return list<array<string, mixed>> */
    public function traffic(Request $request): array
    {
        return $this->cached(
            self::key($request->enhanced ? 'enhanced_traffic_' : 'traffic_data_', $request),
            fn (): array => self::all($this->module->backend()->traffic($request)),
        );
    }

    /** @return iterable<array<string, mixed>> the rows one by one, never all in memory */
    public function eachTrafficRow(Request $request): iterable
    {
        return $this->module->pure()->traffic($request);
    }

    /** @return array<string, array<string, mixed>> */
    public function groupedTraffic(Request $request): array
    {
        return $this->module->backend()->groupedTraffic($request);
    }

    /** @return list<array<string, mixed>> */
    public function dayTraffic(Request $request): array
    {
        return $this->cached(
            self::key('day_traffic_', $request),
            fn (): array => $this->module->backend()->dayTraffic($request),
        );
    }

    /**
     * What an answer about nodes lacks where plain PHP gives it: of days that were merged before their rows were kept
     * it knows no nodes, or only sums. The extension has a history of its own.
     *
     * @return array{incomplete?: array{complete_since: int, reason: string}} to be added to the answer
     */
    public function incomplete(?int $start): array
    {
        if ($this->isByExtension()) {
            return [];
        }
        $since = History::completeSince($this->module->connection(), new Calendar());
        return $since === null || ($start ?? 0) >= $since ? [] : ['incomplete' => [
            'complete_since' => $since,
            'reason' => Language::get()->text('incomplete_nodes'),
        ]];
    }

    private function isByExtension(): bool
    {
        return $this->module->usesExtension() && $this->module->health()->mayTry();
    }

    /** The extension hands over arrays, so only the database can give any number of rows in little memory. */
    private function streaming(Request $request): Backend
    {
        $isShort = $request->limit !== null && $request->limit <= self::ARRAY_ROWS_MAX;
        return $isShort ? $this->module->backend() : $this->module->pure();
    }

    /**
     * @template T
     * @param callable(): T $compute
     * @param bool $isMaybe whether null is an answer too
     * @param list<string> $keys what an answer has, where it is no list
     * @return T
     */
    private function cached(string $key, callable $compute, array $keys = [], bool $isMaybe = false): mixed
    {
        $isAnswer = static fn (mixed $kept): bool => is_array($kept) ? array_diff($keys, array_keys($kept)) === [] : $isMaybe && $kept === null;
        return $this->isByExtension() ? $compute() : $this->module->cache()->remember($key, $compute, $isAnswer);
    }

    /** The same question of tomorrow is another one, as `today` then means another day. */
    private static function key(string $name, Request $request): string
    {
        return $name . md5(serialize($request) . (new Calendar())->today());
    }

    /**
     * @param iterable<array<string, mixed>> $rows
     * @return list<array<string, mixed>>
     */
    private static function all(iterable $rows): array
    {
        return is_array($rows) ? array_values($rows) : iterator_to_array($rows, false);
    }
}
