<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PDO;
use PHPUnit\Framework\TestCase;
use TrafficEngine\Whmcs\Tests\Model\Model;
use TrafficEngine\Whmcs\Tests\Model\Rows;

/** Settings, switching on and off, upgrades, hooks, and what an admin lets us make in the database. */
final class LifecycleTest extends TestCase
{
    private const FIELDS = [
        'language' => ['dropdown', 'english', ['english', 'chinese-cn', 'chinese-tw']],
        'v2raysocks_server' => ['dropdown', null, [Installation::SERVER_ID]],
        'redis_ip' => ['text', '127.0.0.1', null],
        'redis_port' => ['text', '6379', null],
        'redis_password' => ['password', null, null],
        'refresh_interval' => ['dropdown', '300', ['60', '90', '120', '180', '300']],
        'realtime_refresh_interval' => ['dropdown', '30', ['30', '60', '90', '120', '150']],
        'default_unit' => ['dropdown', 'auto', ['auto', 'MB', 'GB', 'TB']],
        'chart_unit' => ['dropdown', 'auto', ['auto', 'MB', 'GB', 'TB']],
    ];
    private static Installation $installation;

    public static function setUpBeforeClass(): void
    {
        self::$installation = Installation::of(World::shanghai('changed'));
    }

    protected function setUp(): void
    {
        $usage = self::$installation->usage();
        Rollup::drop($usage);
        self::$installation->configure();
        self::$installation->clearActivityLog();
        self::grant('SELECT');
    }

    public function testTheSettingsAreThoseOfTheContract(): void
    {
        $config = self::ask('config');
        self::assertSame(['name', 'description', 'author', 'language', 'version', 'fields'], array_keys($config));
        self::assertSame('english', $config['language']);
        self::assertSame(array_keys(self::FIELDS), array_slice(array_keys($config['fields']), 0, count(self::FIELDS)), 'our fields come after');
        foreach ($config['fields'] as $name => $field) {
            self::assertNotSame('', $field['FriendlyName'] ?? '', $name);
            self::assertNotSame('', $field['Description'] ?? '', $name);
            self::assertContains($field['Type'], ['text', 'password', 'dropdown', 'yesno', 'textarea', 'radio'], $name);
        }
        foreach (self::FIELDS as $name => [$type, $default, $options]) {
            $field = $config['fields'][$name];
            self::assertSame($type, $field['Type'], $name);
            if ($default !== null) {
                self::assertSame($default, $field['Default'], $name);
            }
            if ($options !== null) {
                self::assertEquals($options, array_keys($field['Options']), $name);
            }
        }
    }

    public function testTheSettingsPageNeedsNeitherServerNorCache(): void
    {
        self::$installation->configure(['v2raysocks_server' => '', 'redis_ip' => '127.0.0.1', 'redis_port' => '1']);
        self::$installation->whmcs()->exec('DELETE FROM tblservers');
        $started = microtime(true);
        $options = self::ask('config')['fields']['v2raysocks_server']['Options'];
        self::assertLessThan(1.5, microtime(true) - $started);
        self::assertSame([''], array_map('strval', array_keys($options)));
    }

    public function testSwitchingOnAndOffTellsWhatHappened(): void
    {
        foreach (['activate', 'deactivate'] as $function) {
            foreach ([[], ['v2raysocks_server' => '']] as $settings) {
                self::$installation->configure($settings);
                $answer = self::ask($function);
                self::assertSame(['status', 'description'], array_keys($answer), $function);
                self::assertContains($answer['status'], ['success', 'info'], $function);
                self::assertNotSame('', $answer['description']);
            }
        }
        self::assertSame(40, (int) self::$installation->usage()->query('SELECT COUNT(*) FROM user')->fetchColumn(), 'nothing is removed');
    }

    public function testAnUpgradeFromTheOriginalKeepsTheSettings(): void
    {
        self::$installation->configure(['version' => '1.0.1', 'redis_ip' => '192.0.2.1', 'redis_port' => '', 'language' => 'chinese-cn']);
        $before = self::settings();
        $site = new Site('builtin', self::$installation, new Php(self::$installation));
        self::assertSame(200, $site->get([])->status);
        self::assertSame(200, $site->get([])->status);
        $site->stop();
        self::assertSame('', $site->complaints());
        foreach (array_diff_key($before, ['version' => 0]) as $setting => $value) {
            self::assertSame($value, self::settings()[$setting], $setting);
        }
        self::assertSame(self::ask('config')['version'], self::settings()['version']);
    }

    public function testUpgradingTwiceDoesNoMore(): void
    {
        $vars = ['version' => '1.0.1', 'module' => Installation::ADDON];
        $answers = (new Php(self::$installation))->ask(array_fill(0, 2, ['function' => 'upgrade', 'arguments' => [$vars]]));
        foreach ($answers as $answer) {
            self::assertArrayNotHasKey('throws', $answer, $answer['throws'] ?? '');
        }
    }

    public function testHooksDoNoHarm(): void
    {
        foreach ([[], ['v2raysocks_server' => '']] as $settings) {
            self::$installation->configure($settings);
            foreach (['AfterCronJob', 'DailyCronJob', 'PreCronJob'] as $point) {
                $answer = (new Php(self::$installation))->ask([['class' => 'harness', 'function' => 'run_hook', 'arguments' => [$point]]])[0];
                self::assertArrayNotHasKey('throws', $answer, $answer['throws'] ?? '');
                self::assertSame([], $answer['problems']);
                self::assertSame('', $answer['printed']);
            }
        }
        self::assertLessThanOrEqual(1, count(self::$installation->activityLog()), implode("\n", self::$installation->activityLog()));
    }

    public function testNoPageChangesTheDatabase(): void
    {
        self::grant('ALL');
        $before = self::structure();
        $site = new Site('builtin', self::$installation, new Php(self::$installation));
        $actions = ['', 'real_time', 'node_stats', 'user_rankings', 'service_search', 'engine_status', 'get_user_traffic_rankings', 'get_live_stats'];
        foreach ($actions as $action) {
            $site->get(['action' => $action, 'time_range' => 'month', 'limit' => 'all']);
        }
        $site->stop();
        self::assertSame($before, self::structure());
        self::assertSame([], self::$installation->activityLog());
    }

    /** IndexesTest has tables that are large enough for some. */
    public function testSmallTablesNeedNoIndexes(): void
    {
        self::assertTrue(self::ask('createPerformanceIndexes'), 'nothing is missing, so no right is');
        self::grant('ALL');
        self::assertTrue(self::ask('createPerformanceIndexes'));
        self::assertSame([], self::indexes());
    }

    public function testAnAdminMakesTablesByForms(): void
    {
        $site = new Site('builtin', self::$installation, new Php(self::$installation));
        foreach (['create_pre_aggregation', 'update_pre_aggregation'] as $action) {
            $refused = $site->post(['action' => $action], ['token' => Site::token()])->json();
            self::assertSame('error', $refused['status'], "$action without the right to");
            self::assertDoesNotMatchRegularExpression('/SQLSTATE|CREATE |reader_/', $refused['message']);
        }
        self::grant('ALL');
        foreach (['create_indexes', 'create_pre_aggregation', 'update_pre_aggregation'] as $action) {
            self::assertSame('success', $site->post(['action' => $action], ['token' => Site::token()])->json()['status'], $action);
        }
        $site->stop();
        self::assertSame('', $site->complaints());
    }

    public function testDailySumsAreRight(): void
    {
        self::grant('ALL');
        $model = new Model(self::$installation->world);
        self::assertTrue(self::ask('createPreAggregationTables'));
        self::assertTrue(self::ask('createPreAggregationTables'), 'all are there');
        $today = self::$installation->world->date();
        self::assertTrue(self::ask('updatePreAggregationData'));
        self::assertTrue(self::ask('updatePreAggregationData', $today));
        $rows = $model->usage->between($model->calendar->todayStart(), $model->calendar->todayEnd());
        $want = [];
        foreach ($rows->by(static fn (array $row): int => $row['user_id']) as $user => $group) {
            $want[] = [$user, $today, $group->upload(), $group->download(), $group->total(), $model->nodes->count($group), $group->count()];
        }
        self::assertSame($want, self::table('daily_user_traffic', 'user_id, date, total_upload, total_download, total_traffic, unique_nodes, usage_records'));
        $nodes = self::table('daily_node_traffic', 'SUM(total_traffic), SUM(usage_records)');
        $ofNodes = $rows->where(static fn (array $row): bool => $row['node'] !== 'DAY');
        self::assertEquals([[$ofNodes->total(), $ofNodes->count()]], $nodes, 'merged days are no node');
    }

    public function testTheCronKeepsPreAggregatesUpToDateAndSaysOnceThatItCannot(): void
    {
        $cron = static fn (): array => (new Php(self::$installation))
            ->ask([['class' => 'harness', 'function' => 'run_hook', 'arguments' => ['AfterCronJob']]])[0];
        $sum = static fn (): array => self::table('daily_user_traffic', 'date, SUM(total_traffic)', '1 = 1 GROUP BY date');
        self::grant('ALL');
        self::$installation->clearActivityLog();
        $cron();
        self::assertNotContains('daily_user_traffic', array_column(self::$installation->usage()->query('SHOW TABLES')->fetchAll(PDO::FETCH_NUM), 0));
        self::ask('createPreAggregationTables');
        $answer = $cron();
        self::assertSame([], $answer['problems']);
        $model = new Model(self::$installation->world);
        $days = $model->usage->by(static fn (array $row): string => $model->calendar->date($row['t']));
        self::assertEquals(array_map(static fn (Rows $rows, string $date): array => [$date, $rows->total()], $days, array_keys($days)), $sum());
        self::assertSame([], self::$installation->activityLog());

        self::grant('SELECT');
        $cron();
        $cron();
        self::assertCount(1, self::$installation->activityLog());
        self::grant('ALL');
        $cron();
        self::assertCount(2, self::$installation->activityLog());
        self::assertStringContainsString('again', self::$installation->activityLog()[1]);
    }

    public function testARolledUpDayDoesNotLoseDetail(): void
    {
        self::grant('ALL');
        self::ask('createPreAggregationTables');
        $yesterday = self::$installation->world->date(1);
        $usage = self::$installation->usage();
        Installation::insert($usage, 'user_usage', ['user_id' => 117, 't' => self::$installation->world->midnight(1) + 60, 'u' => 1, 'd' => 9, 'node' => '1']);
        Installation::insert($usage, 'user_usage', ['user_id' => 117, 't' => self::$installation->world->midnight(1) + 90, 'u' => 1, 'd' => 9, 'node' => '2']);
        self::ask('updatePreAggregationData', $yesterday);
        $of117 = static fn (): array => array_values(array_filter(
            self::table('daily_user_traffic', 'user_id, unique_nodes, usage_records, total_traffic', "date = '$yesterday'"),
            static fn (array $row): bool => $row[0] === 117,
        ));
        self::assertSame([[117, 2, 2, 20]], $of117());
        $usage->exec('DELETE FROM user_usage WHERE user_id = 117');
        $noon = self::$installation->world->midnight(1) + 43_200;
        Installation::insert($usage, 'user_usage', ['user_id' => 117, 't' => $noon, 'u' => 2, 'd' => 18, 'node' => 'DAY']);
        self::ask('updatePreAggregationData', $yesterday);
        self::assertSame([[117, 2, 2, 20]], $of117());
    }

    public function testTheFolderHoldsWhatWhmcsShows(): void
    {
        $about = json_decode((string) file_get_contents(Php::addon() . '/whmcs.json'), true, 16, JSON_THROW_ON_ERROR);
        self::assertSame(['schema', 'type', 'name', 'license', 'category', 'description', 'logo', 'support', 'authors'], array_keys($about));
        self::assertSame(['1.0', 'whmcs-addons', Installation::ADDON], [$about['schema'], $about['type'], $about['name']]);
        self::assertCount(5, $about['description']['features']);
        self::assertNotFalse(getimagesize(Php::addon() . '/' . $about['logo']['filename']));
    }

    private static function ask(string $function, mixed ...$arguments): mixed
    {
        $answer = (new Php(self::$installation))->ask([['function' => $function, 'arguments' => $arguments]])[0];
        self::assertArrayNotHasKey('throws', $answer, $answer['throws'] ?? '');
        self::assertSame([], $answer['problems'], $function);
        return $answer['result'];
    }

    private static function grant(string $right): void
    {
        $database = self::$installation->usageDatabase();
        $user = "'" . self::$installation->databaseUser() . "'@'%'";
        $pdo = Servers::connect();
        $pdo->exec("REVOKE ALL ON $database.* FROM $user");
        $pdo->exec("GRANT $right ON $database.* TO $user");
    }

    private static function settings(): array
    {
        return self::$installation->whmcs()->query('SELECT setting, value FROM tbladdonmodules')->fetchAll(PDO::FETCH_KEY_PAIR);
    }

    /** @return array<string, string> table and columns by index */
    private static function indexes(): array
    {
        return self::$installation->usage()->query("SELECT index_name, CONCAT(table_name, ' ', GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ' '))
            FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY'
            GROUP BY table_name, index_name ORDER BY table_name, index_name")->fetchAll(PDO::FETCH_KEY_PAIR);
    }

    private static function structure(): array
    {
        $tables = self::$installation->usage()->query('SHOW TABLES')->fetchAll(PDO::FETCH_COLUMN);
        return [$tables, self::indexes()];
    }

    private static function table(string $name, string $columns, string $where = '1'): array
    {
        return self::$installation->usage()->query("SELECT $columns FROM $name WHERE $where ORDER BY 1")->fetchAll(PDO::FETCH_NUM);
    }
}
