<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Backend\Backend;
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
        return $this->module->backend()->rankUsersJson($request);
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
        );
        return array_replace($chart, ['node_id' => $asked]);
    }

    /** @return array<string, mixed> */
    public function live(): array
    {
        return $this->cached('live_stats', fn (): array => $this->module->backend()->live());
    }

    /** @return array<string, mixed> */
    public function today(): array
    {
        $key = 'today_traffic_' . (new Calendar())->today();
        return $this->cached($key, fn (): array => $this->module->backend()->today());
    }

    /** @return array<string, mixed> */
    public function total(): array
    {
        return $this->cached('total_traffic_since_launch', fn (): array => $this->module->backend()->total());
    }

    /** @return array<string, mixed> */
    public function peak(): array
    {
        return $this->cached('historical_peak_traffic', fn (): array => $this->module->backend()->peak());
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
        return $this->cached("user_details:$id", fn (): ?array => $this->module->backend()->userDetails($id));
    }

    /** @return array<string, mixed>|null */
    public function nodeDetails(int $id): ?array
    {
        return $this->cached("node_details:$id", fn (): ?array => $this->module->backend()->nodeDetails($id));
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
     * @return T
     */
    private function cached(string $key, callable $compute): mixed
    {
        return $this->isByExtension() ? $compute() : $this->module->cache()->remember($key, $compute);
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
