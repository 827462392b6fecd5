<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProviderExternal;
use PHPUnit\Framework\TestCase;
use TrafficEngine\Whmcs\Tests\Model\Model;

/** The JSON actions of contract 3.2 over HTTP: envelopes, data, parameters and headers. */
final class ActionsTest extends TestCase
{
    private static Model $model;

    public static function setUpBeforeClass(): void
    {
        self::$model = new Model(World::all()['Shanghai'][0]);
        Installation::of(self::$model->world)->configure(Installation::withCache());
        Servers::redis()->flushAll();
    }

    /** @dataProvider \TrafficEngine\Whmcs\Tests\Sites::kinds */
    #[DataProviderExternal(Sites::class, 'kinds')]
    public function testActionsAnswerAsTheContractSays(string $kind, bool $withExtension): void
    {
        $site = Sites::get($kind, $withExtension);
        $differences = [];
        foreach ($this->questions() as [$query, $want]) {
            $response = $site->get($query);
            // Twice, so that the second comes from the cache.
            foreach ([$response, $site->get($query)] as $answer) {
                self::assertSame(200, $answer->status, json_encode($query) . $answer->body);
                $difference = Difference::of(self::jsonOf($want), $answer->json(), false);
                if ($difference !== null) {
                    $differences[] = json_encode($query) . $difference;
                }
            }
            $response->assertIsKeptPrivate();
        }
        self::assertSame('', implode("\n", array_slice($differences, 0, 8)), count($differences) . ' answers differ');
        self::assertSame('', $site->complaints());
    }

    /** @dataProvider \TrafficEngine\Whmcs\Tests\Sites::kinds */
    #[DataProviderExternal(Sites::class, 'kinds')]
    public function testBadRequestsAreAnsweredAsErrors(string $kind, bool $withExtension): void
    {
        $site = Sites::get($kind, $withExtension);
        foreach ($this->badRequests() as [$query, $keys]) {
            $answer = $site->get($query)->json();
            self::assertSame('error', $answer['status'], json_encode($query));
            self::assertSame($keys, array_keys($answer), json_encode($query));
            self::assertNotSame('', $answer['message']);
            self::assertDoesNotMatchRegularExpression('/SELECT|SQLSTATE|\.php|127\.0\.0\.1/', $answer['message']);
        }
        self::assertSame('', $site->complaints());
    }

    public function testEmptyMapsAreObjects(): void
    {
        $body = Sites::get('builtin')->get(['action' => 'get_traffic_data', 'grouped' => 'true', 'user_id' => '120'])->body;
        self::assertMatchesRegularExpression('/"grouped_data": ?\{\s*\}/', $body);
    }

    public function testStateOfTheModuleIsTold(): void
    {
        $site = Sites::get('builtin');
        $config = $site->get(['action' => 'get_module_config'])->json();
        self::assertSame(
            ['default_unit' => 'auto', 'refresh_interval' => '300', 'realtime_refresh_interval' => '30', 'chart_unit' => 'auto'],
            $config['data'],
        );
        $cache = $site->get(['action' => 'cache_stats'])->json();
        self::assertSame(['status', 'data', 'timestamp'], array_keys($cache));
        self::assertSame(['hits', 'misses', 'sets', 'errors', 'hit_rate', 'redis_available', 'total_requests'], array_keys($cache['data']));
        self::assertTrue($cache['data']['redis_available']);
        $debug = $site->get(['action' => 'debug_info'])->json();
        self::assertSame(['php_version', 'redis_available', 'database_connection', 'redis_connection', 'cache_performance', 'module_config',
            'server_info', 'current_time', 'current_date_utc', 'current_date_local', 'timezone'], array_keys($debug['data']));
        self::assertSame(['OK', 'OK', 'OK'], [$debug['data']['database_connection'], $debug['data']['redis_connection'], $debug['data']['server_info']]);
        self::assertSame('2025-08-20 15:04:05', $debug['data']['current_date_local']);
        self::assertSame('2025-08-20 07:04:05', $debug['data']['current_date_utc']);
    }

    public function testCacheStatisticsOutliveARequest(): void
    {
        $site = Sites::get('fpm');
        $hits = static fn (): int => $site->get(['action' => 'cache_stats'])->json()['data']['hits'];
        $before = $hits();
        $site->get(['action' => 'get_live_stats']);
        $site->get(['action' => 'get_live_stats']);
        self::assertGreaterThan($before, $hits());
    }

    /** @return list<array{array<string, string>, array<string, mixed>}> query and envelope */
    private function questions(): array
    {
        $model = self::$model;
        $now = $model->calendar->now;
        $uuid = $model->world->users[19]['uuid'];
        $data = static fn (string $function, mixed ...$arguments): array =>
            ['status' => 'success', 'data' => $model->answer($function, $arguments)];
        return [
            [['action' => 'get_live_stats'], $data('getLiveStats') + ['timestamp' => $now]],
            [['action' => 'get_today_traffic_data'], $data('getTodayTrafficData')],
            [['action' => 'get_total_traffic_since_launch'], $data('getTotalTrafficSinceLaunch')],
            [['action' => 'get_historical_peak_traffic'], $data('getHistoricalPeakTraffic')],
            [['action' => 'get_all_nodes'], $data('getAllNodes')],
            [['action' => 'get_user_details', 'user_id' => '12'], $data('getUserDetails', 12)],
            [['action' => 'get_user_details', 'user_id' => '5'], $data('getUserDetails', 5)],
            [['action' => 'get_user_details', 'user_id' => '13'], ['status' => 'success', 'data' => null]],
            [['action' => 'get_node_details', 'node_id' => '5'], $data('getNodeDetails', 5)],
            ...$this->rankings($data),
            ...$this->charts($data),
            ...$this->records($data, $uuid),
            ...$this->traffic(),
        ];
    }

    private function rankings(callable $data): array
    {
        $now = self::$model->calendar->now;
        $users = static fn (string $sort, string $range, string $limit, mixed ...$more): array =>
            $data('getUserTrafficRankings', $sort, $range, $limit === 'all' || (int) $limit <= 0 ? PHP_INT_MAX : (int) $limit, ...$more)
            + ['sort_by' => $sort, 'time_range' => $range, 'limit' => $limit,
                'actual_limit' => $limit === 'all' || (int) $limit <= 0 ? PHP_INT_MAX : (int) $limit];
        $nodes = static fn (string $sort, string $range, mixed ...$more): array =>
            $data('getNodeTrafficRankings', $sort, $range, ...$more) + ['sort_by' => $sort, 'time_range' => $range];
        $from = (string) ($now - 7_200);
        $action = ['action' => 'get_user_traffic_rankings'];
        $ofNodes = ['action' => 'get_node_traffic_rankings'];
        return [
            [$action, $users('traffic_desc', 'today', 'all')],
            [$action + ['time_range' => 'month', 'sort_by' => 'remaining_asc', 'limit' => '5'], $users('remaining_asc', 'month', '5')],
            [$action + ['time_range' => 'week', 'limit' => '0'], $users('traffic_desc', 'week', '0')],
            [$action + ['time_range' => 'last_3_hours', 'limit' => 'all'], $users('traffic_desc', 'last_3_hours', 'all')],
            [$action + ['time_range' => 'custom', 'start_date' => '2025-08-10', 'end_date' => '2025-08-14'],
                $users('traffic_desc', 'custom', 'all', '2025-08-10', '2025-08-14')],
            [$action + ['time_range' => 'time_range', 'start_timestamp' => $from, 'end_timestamp' => (string) $now],
                $users('traffic_desc', 'time_range', 'all', null, null, (int) $from, $now)],
            [$ofNodes, $nodes('traffic_desc', 'today')],
            [$ofNodes + ['sort_by' => 'users_desc', 'time_range' => '15days'], $nodes('users_desc', '15days')],
            [$ofNodes + ['only_today' => 'true', 'time_range' => 'month'], $nodes('traffic_desc', 'today')],
            [$ofNodes + ['only_today' => 'false'], $nodes('traffic_desc', 'all')],
            [$ofNodes + ['time_range' => 'custom', 'start_timestamp' => $from, 'end_timestamp' => (string) $now],
                $nodes('traffic_desc', 'custom', (int) $from, $now)],
        ];
    }

    private function charts(callable $data): array
    {
        $now = self::$model->calendar->now;
        // The ids come back as they were sent, which is text.
        return [
            [['action' => 'get_node_traffic_chart', 'node_id' => '1'], $data('getNodeTrafficChart', '1')],
            [['action' => 'get_node_traffic_chart', 'node_id' => '5', 'time_range' => 'last_3_hours'], $data('getNodeTrafficChart', '5', 'last_3_hours')],
            [['action' => 'get_user_traffic_chart', 'user_id' => '3', 'time_range' => 'week'], $data('getUserTrafficChart', '3', 'week')],
            [['action' => 'get_user_traffic_chart', 'user_id' => '3', 'time_range' => 'time_range',
                'start_timestamp' => (string) ($now - 9_000), 'end_timestamp' => (string) $now],
                $data('getUserTrafficChart', '3', 'time_range', null, null, $now - 9_000, $now)],
        ];
    }

    private function records(callable $data, string $uuid): array
    {
        $now = self::$model->calendar->now;
        $records = static function (array $given, int $limit = PHP_INT_MAX) use ($data): array {
            $given += ['node_id' => null, 'user_id' => null, 'uuid' => null, 'time_range' => 'today', 'start_timestamp' => null, 'end_timestamp' => null];
            $timestamp = static fn (?string $text): ?int => $text === null ? null : (int) $text;
            return $data(
                'getUsageRecords',
                $given['node_id'],
                $given['user_id'],
                $given['time_range'],
                $limit,
                null,
                null,
                $given['uuid'],
                $timestamp($given['start_timestamp']),
                $timestamp($given['end_timestamp'])
            )
                + ['node_id' => $given['node_id'], 'user_id' => $given['user_id'], 'uuid' => $given['uuid'], 'time_range' => $given['time_range'],
                    'start_timestamp' => $given['start_timestamp'], 'end_timestamp' => $given['end_timestamp'], 'limit' => $limit];
        };
        $action = ['action' => 'get_usage_records'];
        $period = ['start_timestamp' => (string) ($now - 800), 'end_timestamp' => (string) $now];
        return [
            [$action + ['user_id' => '12', 'time_range' => 'month'], $records(['user_id' => '12', 'time_range' => 'month'])],
            [$action + ['node_id' => '1', 'limit' => '7'], $records(['node_id' => '1'], 7)],
            [$action + ['uuid' => $uuid], $records(['uuid' => $uuid])],
            [$action + ['node_id' => '1', 'time_range' => 'time_range'] + $period, $records(['node_id' => '1', 'time_range' => 'time_range'] + $period)],
            [$action + ['user_id' => '12', 'time_range' => 'time_range', 'export_start_timestamp' => $period['start_timestamp'],
                'export_end_timestamp' => $period['end_timestamp']], $records(['user_id' => '12', 'time_range' => 'time_range'] + $period)],
        ];
    }

    private function traffic(): array
    {
        $model = self::$model;
        $traffic = static function (array $filters, array $applied, bool $enhanced = true, bool $grouped = false) use ($model): array {
            $data = $model->answer($enhanced ? 'getEnhancedTrafficData' : 'getTrafficData', [$filters]);
            return ['status' => 'success', 'data' => $data,
                'grouped_data' => $grouped ? $model->answer('groupDataByTime', [$data, $filters['time_range']]) : null,
                'count' => count($data), 'filters_applied' => $applied, 'enhanced_mode' => $enhanced];
        };
        $action = ['action' => 'get_traffic_data'];
        $week = ['user_id' => '12', 'time_range' => 'week'];
        $day = ['start_date' => '2025-08-19', 'end_date' => '2025-08-19', 'time_range' => 'custom'];
        $search = ['time_range' => 'month'];
        $found = $model->answer('searchByServiceId', [508, $search]);
        return [
            [$action + ['user_id' => '12'], $traffic(
                ['user_id' => '12', 'time_range' => 'month'],
                ['user_id' => '12', 'time_range' => 'month_including_today']
            )],
            [$action + $week + ['enhanced' => 'false', 'grouped' => 'true'], $traffic($week, $week, false, true)],
            [$action + $day + ['service_id' => '508', 'grouped' => 'true'],
                $traffic($day + ['service_id' => '508'], ['service_id' => '508'] + $day, true, true)],
            [$action + ['uuid' => '"><script>', 'time_range' => 'today'],
                $traffic(['uuid' => '"><script>', 'time_range' => 'today'], ['time_range' => 'today', 'uuid' => '"><script>'])],
            [['action' => 'search_service_advanced', 'service_id' => '508', 'time_range' => 'month'],
                ['status' => 'success', 'data' => $found, 'count' => count($found), 'service_id_searched' => '508', 'filters_applied' => $search]],
        ];
    }

    /** @return list<array{array<string, string>, list<string>}> query, and the keys of the answer */
    private function badRequests(): array
    {
        $now = (string) self::$model->calendar->now;
        $swapped = ['time_range' => 'time_range', 'start_timestamp' => $now, 'end_timestamp' => '5'];
        $envelope = ['status', 'message', 'data'];
        return [
            [['action' => 'get_user_traffic_rankings', 'time_range' => 'nonsense'], $envelope],
            [['action' => 'get_user_traffic_rankings'] + $swapped, $envelope],
            [['action' => 'get_node_traffic_rankings', 'time_range' => 'nonsense'], $envelope],
            [['action' => 'get_node_traffic_rankings'] + $swapped, $envelope],
            [['action' => 'get_traffic_data', 'time_range' => 'nonsense'], $envelope],
            [['action' => 'get_traffic_data'] + $swapped, $envelope],
            [['action' => 'get_usage_records', 'time_range' => 'custom_range'], $envelope],
            [['action' => 'get_node_traffic_chart'], $envelope],
            [['action' => 'get_node_traffic_chart', 'node_id' => '1', 'time_range' => 'nonsense'], $envelope],
            [['action' => 'get_user_traffic_chart', 'user_id' => ''], $envelope],
            [['action' => 'get_user_traffic_chart', 'user_id' => '3', 'time_range' => 'nonsense'], $envelope],
            [['action' => 'search_service_advanced', 'service_id' => '0'], $envelope],
            [['action' => 'get_user_details', 'user_id' => '12abc'], $envelope],
        ];
    }

    /** As the answer looks after its way through JSON. */
    private static function jsonOf(array $answer): array
    {
        return json_decode(json_encode($answer, JSON_THROW_ON_ERROR), true);
    }
}
