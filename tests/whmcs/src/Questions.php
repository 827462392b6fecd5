<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

/** What the compatibility tests ask of every function. */
final class Questions
{
    private const MAX = PHP_INT_MAX;
    private const WORDS = [
        'today', 'yesterday', 'week', '7days', 'halfmonth', '15days', 'month', '30days', 'month_including_today', 'current_month',
        'last_1_hour', 'last_3_hours', 'last_6_hours', 'last_12_hours', 'last_24_hours', 'last_hour', '5min', '12hours', '90', 'all',
        'custom', 'time_range',
    ];
    private const BAD_WORDS = ['nonsense', 'Today', '0', '-5', 'last_0_hours'];
    private const USER_SORTS = ['traffic_desc', 'traffic_asc', 'remaining_desc', 'remaining_asc', 'nodes_desc', 'recent_activity', 'bogus'];
    private const NODE_SORTS = ['traffic_desc', 'traffic_asc', 'remaining_desc', 'remaining_asc', 'users_desc', 'bogus'];

    public function __construct(private readonly World $world)
    {
    }

    /** @return array<string, list<array>> argument lists by function */
    public function all(): array
    {
        return [
            'getUserTrafficRankings' => $this->userRankings(),
            'getUserTrafficRankingsOptimized' => [['traffic_desc', 'month', self::MAX], ['remaining_asc', 'week', 5]],
            'getNodeTrafficRankings' => $this->nodeRankings(),
            'getTrafficData' => array_map(static fn (array $filter): array => [$filter], $this->filters()),
            'getEnhancedTrafficData' => array_map(static fn (array $filter): array => [$filter], [
                ...$this->filters(),
                ['time_range' => 'month', 'exclude_day_traffic' => true],
                ['time_range' => 'month', 'node_id' => 'tokyo'],
            ]),
            'searchByServiceId' => [[508, ['time_range' => 'month']], ['510', ['time_range' => 'week']], [1, ['time_range' => 'week']]],
            'getTrafficByServiceId' => [[508, ['time_range' => 'month']], ['510', ['time_range' => 'today']]],
            'getUsageRecords' => $this->usageRecords(),
            'getUserTrafficChart' => $this->userCharts(),
            'getNodeTrafficChart' => $this->nodeCharts(),
            'getDayTraffic' => [[[]], [['sid' => 508]], [['uuid' => $this->uuid()]], [['start' => $this->world->date(9), 'end' => $this->world->date(2)]]],
            'getLiveStats' => [[]],
            'getTodayTrafficData' => [[]],
            'getTotalTrafficSinceLaunch' => [[]],
            'getHistoricalPeakTraffic' => [[]],
            'getAllNode' => [[]],
            'getAllNodes' => [[]],
            'getUserDetails' => [[12], ['15'], [-1], [120]],
            'getNodeDetails' => [[1], ['5'], [-1], [107], [12]],
            'groupDataByTime' => $this->groups(),
            'formatBytesConfigurable' => $this->byteCounts(),
            'getTimeFilter' => array_map(static fn (string $word): array => [$word], [...self::WORDS, ...self::BAD_WORDS]),
            'getTimeRangeTimestamps' => array_map(static fn (string $word): array => [$word], ['5min', '10min', '30min', '1hour', '2hours',
                '6hours', '12hours', 'today', 'week', 'halfmonth', 'month', 'month_including_today', 'x']),
            'generateDefaultTimeLabels' => [['5min', 7], ['12hours', 7], ['today', 5], ['week', 7], ['month', 7]],
            'calculateTimeRange' => array_map(
                fn (string $word): array => [$word, $this->world->date(9), $this->world->date(2), $this->world->now - 100, $this->world->now],
                ['today', 'week', '7days', '15days', 'month', '30days', 'custom', 'time_range', 'all'],
            ),
        ];
    }

    /** @return array<string, list<array>> calls by class and function, after the constructor's arguments */
    public function ofClasses(): array
    {
        $aggregates = [];
        foreach (['user', 'node', 'time', 'hourly', 'bogus'] as $group) {
            foreach (['today', 'week', 'month', 'last_hour', 'last_6_hours', 'last_24_hours', 'yesterday', 'nonsense'] as $word) {
                $aggregates[] = [$word, $group];
            }
        }
        $batches = [];
        foreach (['traffic_desc', 'remaining_asc', 'remaining_desc', 'nodes_desc', 'recent_activity'] as $sort) {
            foreach ([self::MAX, 3] as $limit) {
                $batches[] = [$sort, 'month', $limit, $this->world->midnight(29), $this->world->midnight(-1) - 1];
            }
        }
        return ['streamProcessTrafficData' => $aggregates, 'processUserRankingsBatch' => $batches];
    }

    private function userRankings(): array
    {
        $asked = [['traffic_desc', 'today', 1], ['traffic_desc', 'week', 10], ['nodes_desc', 'month', 7], ['recent_activity', 'all', 3]];
        foreach (self::USER_SORTS as $sort) {
            array_push($asked, [$sort, 'today', self::MAX], [$sort, 'month', self::MAX]);
        }
        foreach ([...self::WORDS, ...self::BAD_WORDS] as $word) {
            $asked[] = ['traffic_desc', $word, self::MAX];
        }
        foreach ($this->dates() as $dates) {
            $asked[] = ['traffic_desc', 'custom', self::MAX, ...$dates];
        }
        foreach ($this->timestamps() as [$word, $from, $to]) {
            $asked[] = ['traffic_desc', $word, self::MAX, null, null, $from, $to];
        }
        return $asked;
    }

    private function nodeRankings(): array
    {
        $asked = [];
        foreach (self::NODE_SORTS as $sort) {
            array_push($asked, [$sort, 'today'], [$sort, 'month']);
        }
        foreach ([...self::WORDS, ...self::BAD_WORDS] as $word) {
            $asked[] = ['traffic_desc', $word];
        }
        foreach ($this->timestamps() as $timestamps) {
            $asked[] = ['traffic_desc', ...$timestamps];
        }
        return $asked;
    }

    private function filters(): array
    {
        $filters = [[], ['time_range' => 'month', 'user_id' => 12], ['time_range' => 'month', 'user_id' => '15'],
            ['time_range' => 'month', 'service_id' => 508], ['time_range' => 'month', 'sid' => '510'],
            ['time_range' => 'month', 'uuid' => $this->uuid()], ['time_range' => 'month', 'uuid' => strtoupper(substr($this->uuid(), 3, 6))],
            ['time_range' => 'month', 'uuid' => '%'], ['time_range' => 'month', 'uuid' => '_6'], ['time_range' => 'week', 'uuid' => '"><script>'],
            ['time_range' => 'today', 'node_id' => 'Tokyo'], ['time_range' => 'today', 'node_id' => '20'],
            ['time_range' => 'custom', 'start_date' => $this->world->date(7), 'end_date' => $this->world->date(6)],
            ['time_range' => 'today', 'start_timestamp' => $this->world->now - 900, 'end_timestamp' => $this->world->now - 60],
            ['time_range' => 'today', 'start_timestamp' => $this->world->now - 900],
            ['time_range' => 'week', 'end_timestamp' => $this->world->midnight(1)],
            ['time_range' => 'month', 'user_id' => 12, 'start_date' => $this->world->date(8)],
            ['time_range' => 'time_range', 'start_timestamp' => $this->world->now, 'end_timestamp' => $this->world->now - 60],
        ];
        // `0` is an empty filter, which filters nothing.
        foreach ([...self::WORDS, ...array_diff(self::BAD_WORDS, ['0'])] as $word) {
            $filters[] = ['time_range' => $word, 'user_id' => 9];
        }
        return $filters;
    }

    private function usageRecords(): array
    {
        $asked = [[1, null, 'today'], ['5', null, 'month'], [3, null, 'month', 25], [20, null, 'month'], [7, null, 'all'], [12, null, 'month'],
            [null, 12, 'month', 5], [null, null, 'today', self::MAX, null, null, $this->uuid()], [null, 999_983, 'month'],
            [1, 3, 'month']];
        foreach ([...self::WORDS, ...self::BAD_WORDS] as $word) {
            $asked[] = [null, 12, $word];
        }
        foreach ($this->dates() as $dates) {
            $asked[] = [null, null, 'custom', self::MAX, ...$dates];
        }
        foreach ($this->timestamps() as [$word, $from, $to]) {
            $asked[] = [null, null, $word, self::MAX, null, null, null, $from, $to];
        }
        return $asked;
    }

    private function userCharts(): array
    {
        $asked = [['12', 'week'], [999_983, 'month'], [120, 'month']];
        foreach ([...self::WORDS, ...self::BAD_WORDS] as $word) {
            $asked[] = [3, $word];
        }
        foreach ($this->dates() as $dates) {
            $asked[] = [12, 'custom', ...$dates];
        }
        foreach ($this->timestamps() as [$word, $from, $to]) {
            $asked[] = [3, $word, null, null, $from, $to];
        }
        return $asked;
    }

    private function nodeCharts(): array
    {
        $asked = [['5', 'week'], [107, 'month'], [31, 'month'], [99_999, 'today'], [107_107, 'today'], [12, 'month']];
        foreach ([...self::WORDS, ...self::BAD_WORDS] as $word) {
            $asked[] = [1, $word];
        }
        foreach ($this->timestamps() as $timestamps) {
            $asked[] = [1, ...$timestamps];
        }
        return $asked;
    }

    private function groups(): array
    {
        $now = $this->world->now;
        $rows = [['t' => $now, 'u' => 5, 'd' => 7], ['t' => $now - 3_600, 'u' => 1, 'd' => 2], ['t' => $now - 172_800, 'u' => 10, 'd' => 20]];
        $asked = [[[], 'today']];
        foreach (['today', 'week', 'custom', 'time_range', 'other'] as $word) {
            array_push($asked, [$rows, $word], [array_slice($rows, 0, 1), $word]);
        }
        return $asked;
    }

    private function byteCounts(): array
    {
        $asked = [];
        $counts = [
            0, 1, 999, 1_000, 1_005, 1_234_567, 999_999, 999_999_999, 1_000_000_000, 999_999_999_999, 1_000_000_000_000, 1_234_567_890_123,
            5.5e14, 1_000_000_000_000_000, 9.9e17, 1_000_000_000_000_000_000, 2_000_000_000_000_000_000, 3.2e21, -5, INF, NAN,
        ];
        foreach ($counts as $bytes) {
            foreach ([[2, 'auto'], [0, 'MB'], [3, 'GB'], [2, 'TB']] as [$precision, $unit]) {
                $asked[] = [$bytes, $precision, $unit];
            }
        }
        array_push($asked, [1_234_567, 2, 'mb'], [999, 0, ''], [0, 2, 'bytes']);
        return $asked;
    }

    private function dates(): array
    {
        $date = $this->world->date(...);
        return [[$date(7), $date(3)], [$date(0), $date(0)], [$date(1), $date(0)], [$date(3), $date(7)], [$date(40), $date(40)]];
    }

    private function timestamps(): array
    {
        $now = $this->world->now;
        return [
            ['time_range', $now - 5_400, $now - 600],
            ['today', $now - 259_200, $now - 86_400],
            ['all', $now - 30_000, $now],
            ['custom', $now - 3_000, $now],
            ['custom', $now - 777_600, $now],
            ['yesterday', $now - 86_400, $now],
            ['time_range', $now, $now - 1],
            ['month', $now - 60, null],
        ];
    }

    private function uuid(): string
    {
        return $this->world->users[19]['uuid'];
    }
}
