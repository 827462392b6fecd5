<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProviderExternal;
use PHPUnit\Framework\TestCase;

/** Callers and bookmarks of version 1, and forms without scripts. */
final class CallersTest extends TestCase
{
    private const DISPLAYS = ['displayTrafficDashboard', 'displayRealTimeMonitor', 'displayNodeStats', 'displayUserRankings', 'displayServiceSearch',
        'displayUserStats', 'displayTodayTrafficChart'];

    protected function setUp(): void
    {
        Installation::of(World::all()['Shanghai'][0])->configure();
    }

    public function testFunctionsAreDefinedWhereTheyWere(): void
    {
        $php = new Php(Installation::of(World::all()['Shanghai'][0]));
        foreach (['v2raysocks_traffic.php', 'lib/Monitor_DB.php', 'templates/templates_functions.php', 'templates/navigation_component.php'] as $file) {
            $script = Root::folder() . '/alone-' . md5($file) . '.php';
            file_put_contents($script, '<?php require getenv("WHMCS_HARNESS") . "/whmcs.php"; require getenv("WHMCS_HARNESS") . "/addon.php";
                require harness_addon_folder() . "/' . $file . '"; echo serialize(get_defined_functions()["user"]);
                echo "\n", function_exists("v2raysocks_traffic_getStatusBadge") ? v2raysocks_traffic_getStatusBadge(true, []) : "",
                function_exists("v2raysocks_traffic_getNavigationHTML") ? v2raysocks_traffic_getNavigationHTML() : "";');
            [$status, $output, $errors] = $php->run([$script]);
            self::assertSame([0, ''], [$status, $errors], $file . $output);
            if ($file !== 'templates/navigation_component.php') {
                foreach (self::DISPLAYS as $name) {
                    self::assertStringContainsString('"' . strtolower("v2raysocks_traffic_$name") . '"', $output, "$name after $file");
                }
            }
            str_starts_with($file, 'templates/') && self::assertMatchesRegularExpression('/<(span|ul)/', $output);
        }
    }

    /** @dataProvider \TrafficEngine\Whmcs\Tests\Sites::kinds */
    #[DataProviderExternal(Sites::class, 'kinds')]
    public function testListsInThePlaceOfTextsAreNoCrash(string $kind, bool $withExtension): void
    {
        $site = Sites::get($kind, $withExtension);
        foreach (['', 'real_time', 'node_stats', 'user_rankings', 'user_rankings_standalone', 'service_search', 'engine_status', 'export_data'] as $action) {
            foreach (['node_id', 'user_id', 'service_id', 'time_range', 'start_date', 'sort_by', 'search_value', 'format', 'export_type', 'page'] as $name) {
                $response = $site->get(['action' => $action, $name => ['1']]);
                self::assertLessThan(500, $response->status, "$action $name");
            }
        }
        self::assertStringContainsString('must be one value', $site->get(['action' => 'node_stats', 'node_id' => ['1']])->body);
        self::assertSame('', $site->complaints());
    }

    /** @dataProvider \TrafficEngine\Whmcs\Tests\Sites::kinds */
    #[DataProviderExternal(Sites::class, 'kinds')]
    public function testTextNodesAreCharted(string $kind, bool $withExtension): void
    {
        $site = Sites::get($kind, $withExtension);
        foreach (['gone-node', 'DAY', '1e3', '1 ', '99999999999999999999', '٣', 'Tokyo', '-5', '0x1', '007'] as $node) {
            $answer = $site->get(['action' => 'get_node_traffic_chart', 'node_id' => $node, 'time_range' => 'month'])->json();
            self::assertSame('success', $answer['status'], $node);
            self::assertSame($node, $answer['data']['node_id']);
            self::assertStringNotContainsString('errorbox', $site->get(['action' => 'node_stats', 'node_id' => $node])->body, $node);
        }
    }

    /** @dataProvider \TrafficEngine\Whmcs\Tests\Sites::kinds */
    #[DataProviderExternal(Sites::class, 'kinds')]
    public function testTheLastDateThereIsIsADate(string $kind, bool $withExtension): void
    {
        $site = Sites::get($kind, $withExtension);
        $query = ['time_range' => 'custom', 'start_date' => '2025-08-01', 'end_date' => '9999-12-31'];
        foreach (['get_user_traffic_rankings', 'get_traffic_data', 'get_usage_records', 'get_user_traffic_chart'] as $action) {
            self::assertSame('success', $site->get(['action' => $action, 'user_id' => '12'] + $query)->json()['status'], $action);
        }
        self::assertSame('', $site->complaints());
    }

    /** @dataProvider \TrafficEngine\Whmcs\Tests\Sites::kinds */
    #[DataProviderExternal(Sites::class, 'kinds')]
    public function testTimestampsWinOverDatesThatAreLeftOver(string $kind, bool $withExtension): void
    {
        $now = World::all()['Shanghai'][0]->now;
        $site = Sites::get($kind, $withExtension);
        $bounds = ['start_timestamp' => (string) ($now - 9_000), 'end_timestamp' => (string) $now, 'time_range' => 'custom'];
        foreach (['get_traffic_data', 'get_user_traffic_rankings', 'get_usage_records'] as $action) {
            $wanted = $site->get(['action' => $action] + $bounds)->json();
            $found = $site->get(['action' => $action, 'start_date' => '2025-01-03', 'end_date' => '2025-01-02'] + $bounds)->json();
            self::assertSame('success', $found['status'], $action);
            self::assertNotSame([], $found['data'], $action);
            self::assertSame($wanted['data'], $found['data'], $action);
        }
    }

    public function testAnExportTellsItsFiltersAsVersion1Did(): void
    {
        $site = Sites::get('builtin');
        $info = static fn (array $query): array => $site->get(['action' => 'export_data', 'format' => 'json'] + $query)->json()['export_info'];
        $filters = $info(['time_range' => 'today', 'user_id' => '12', 'limit' => '3'])['filters_applied'];
        self::assertSame(
            ['user_id' => '12', 'time_range' => 'today', 'export_type' => 'all', 'sort_by' => 'traffic_desc', 'only_today' => 'true', 'show_offline' => 'true',
                'limit' => '3'],
            $filters,
        );
        self::assertSame(PHP_INT_MAX, $info(['time_range' => 'today'])['filters_applied']['limit']);
        $users = ['export_type' => 'user_rankings', 'time_range' => 'today'];
        $limits = [$info($users + ['limit' => '7'])['limit'], $info($users + ['limit' => 'all'])['limit'], $info($users)['limit']];
        self::assertSame(['7', 'all', PHP_INT_MAX], $limits);
    }

    public function testFormsAnswerOnThePage(): void
    {
        $site = Sites::get('builtin');
        $form = ['token' => Site::token(), 'page' => '1'];
        foreach (['engine_retry' => 'not loaded', 'update_pre_aggregation' => 'not set up', 'clear_cache' => 'no cache'] as $action => $words) {
            $response = $site->post(['action' => $action], $form);
            self::assertSame(200, $response->status);
            self::assertStringStartsWith('text/html', $response->header('content-type'));
            self::assertStringContainsString($words, $response->body, $action);
            self::assertMatchesRegularExpression('/class="alert alert-(danger|success)/', $response->body);
            self::assertStringContainsString('v2raysocks-traffic-navigation', $response->body, 'the way back');
        }
        foreach (['drop_index', 'undo_indexes'] as $action) {
            self::assertStringContainsString('tick the box', $site->post(['action' => $action, 'name' => 'x'], $form)->body);
            self::assertStringNotContainsString('tick the box', $site->post(['action' => $action], $form + ['confirmed' => '1', 'name' => 'x'])->body);
        }
        self::assertSame('', $site->complaints());
    }

    public function testNodesAreSortedByNameAlikeWithoutIcu(): void
    {
        $installation = Installation::of(World::shanghai('collated'));
        $installation->configure();
        foreach (['utf8mb4_general_ci', 'utf8mb4_unicode_ci', 'utf8mb4_unicode_520_ci', 'utf8mb4_bin'] as $collation) {
            $installation->usage()->exec("ALTER TABLE node MODIFY name varchar(100) CHARACTER SET utf8mb4 COLLATE $collation NOT NULL");
            [$sorted, $ranked] = array_column((new Php($installation))->ask([
                ['class' => 'harness', 'function' => 'harness_nodes_by_name', 'arguments' => []],
                ['function' => 'getNodeTrafficRankings', 'arguments' => ['name_asc', 'today']],
            ]), 'result');
            self::assertSame(array_column($ranked, 'id'), $sorted, $collation);
        }
    }

    public function testPlainPhpKeepsWhatActionsAnswer(): void
    {
        $installation = Installation::of(World::shanghai('kept'));
        $installation->configure(Installation::withCache());
        Servers::redis()->flushAll();
        $site = new Site('builtin', $installation, new Php($installation));
        $uuid = $installation->world->users[3]['uuid'];
        $questions = [
            ['action' => 'get_user_traffic_rankings', 'time_range' => 'month', 'limit' => '10'],
            ['action' => 'get_traffic_data', 'time_range' => 'month', 'uuid' => $uuid, 'grouped' => 'true'],
            ['action' => 'get_usage_records', 'time_range' => 'month', 'user_id' => '12'],
            ['action' => 'search_service_advanced', 'time_range' => 'month', 'service_id' => '508'],
        ];
        $first = array_map(static fn (array $query): array => $site->get($query)->json(), $questions);
        $installation->usage()->exec('DELETE FROM user_usage');
        foreach ($questions as $at => $query) {
            self::assertNotSame([], $first[$at]['data']);
            self::assertSame($first[$at], $site->get($query)->json(), json_encode($query));
        }
        $site->post(['action' => 'clear_cache'], ['token' => Site::token()]);
        self::assertSame([], $site->get($questions[2])->json()['data']);
        self::assertSame([], $site->get($questions[1])->json()['data']);
        $site->stop();
    }

    public function testSearchesReadTheRowsOfTheirUsersFromAnIndex(): void
    {
        $installation = Installation::of(World::shanghai('searched'));
        $installation->configure();
        $usage = $installation->usage();
        $usage->exec('CREATE INDEX by_user ON user_usage (user_id, t)');
        $usage->exec('INSERT INTO user_usage (user_id, t, u, d, node)'
            . " SELECT 900 + seq MOD 500, {$installation->world->now} - seq, 1, 1, 'Tokyo' FROM seq_1_to_20000");
        $usage->query('ANALYZE TABLE user_usage')->fetchAll();
        $php = new Php($installation);
        foreach ([['service_id' => 508], ['uuid' => $installation->world->users[3]['uuid']], ['user_id' => 12]] as $filter) {
            $read = static fn (): int => (int) $usage->query("SHOW GLOBAL STATUS LIKE 'Handler_read_rnd_next'")->fetchAll()[0][1];
            $before = $read();
            $rows = $php->ask([['function' => 'getTrafficData', 'arguments' => [$filter + ['time_range' => 'month']]]])[0]['result'];
            self::assertNotSame([], $rows);
            self::assertLessThan(15_000, $read() - $before, json_encode($filter));
        }
    }

    public function testTheStatusCountsDaysThatWereNeverSummed(): void
    {
        $installation = Installation::of(World::shanghai('never'));
        $installation->configure();
        $rollup = new Rollup($installation);
        $rollup->create();
        $installation->usage()->exec("DELETE FROM user_usage WHERE t < {$installation->world->midnight(28)}");
        $rollup->call('update', $installation->world->date(2));
        self::assertSame(28, $rollup->call('status')['stale_days'], 'of 29 days one is summed');
        $rollup->call('updateAll');
        self::assertSame(0, $rollup->call('status')['stale_days']);
        Rollup::drop($installation->usage());
    }
}
