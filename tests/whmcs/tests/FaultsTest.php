<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;
use TrafficEngine\Whmcs\Tests\Model\Model;

/** What happens when something the addon needs is missing or broken. */
final class FaultsTest extends TestCase
{
    private const LISTS = ['getUserTrafficRankings', 'getNodeTrafficRankings', 'getTrafficData', 'getEnhancedTrafficData', 'getUsageRecords', 'getAllNode',
        'getAllNodes', 'getDayTraffic'];
    private static Installation $installation;

    public static function setUpBeforeClass(): void
    {
        self::$installation = Installation::of(World::all()['Shanghai'][0]);
    }

    protected function setUp(): void
    {
        self::$installation->configure();
        self::$installation->clearActivityLog();
        Servers::redis()->flushAll();
    }

    public static function tearDownAfterClass(): void
    {
        self::$installation->configure();
    }

    /** @dataProvider brokenServers */
    #[DataProvider('brokenServers')]
    public function testWithoutTheDatabaseAnswersKeepTheirShape(array $server, array $settings): void
    {
        self::$installation->configure($settings);
        self::$installation->configureServer($server);
        $php = new Php(self::$installation);
        $model = new Model(self::$installation->world);
        $calls = array_map(
            static fn (string $function): array => ['function' => $function, 'arguments' => []],
            [...self::LISTS, 'getLiveStats', 'getTotalTrafficSinceLaunch', 'getHistoricalPeakTraffic', 'getTodayTrafficData']
        );
        $calls[] = ['function' => 'getUserDetails', 'arguments' => [12]];
        $calls[] = ['function' => 'getNodeDetails', 'arguments' => [1]];
        $calls[] = ['function' => 'createPDO', 'arguments' => []];
        $calls[] = ['class' => 'V2RaySocksTrafficAggregator', 'construct' => [], 'function' => 'streamProcessTrafficData', 'arguments' => ['today']];
        $started = microtime(true);
        $answers = $php->ask($calls);
        self::assertLessThan(8, microtime(true) - $started);
        foreach ($calls as $at => $call) {
            $answer = $answers[$at];
            $function = $call['function'];
            self::assertArrayNotHasKey('throws', $answer, $function . ($answer['throws'] ?? ''));
            self::assertSame([], $answer['problems'], $function);
            $result = $answer['result'];
            match (true) {
                in_array($function, [...self::LISTS, 'streamProcessTrafficData'], true) => self::assertSame([], $result, $function),
                in_array($function, ['getUserDetails', 'getNodeDetails', 'createPDO'], true) => self::assertNull($result, $function),
                $function === 'getTodayTrafficData' => self::assertArrayHasKey('hourly_stats', $result),
                default => self::assertSame(self::shape($model->answer($function, [])), self::shape($result), $function),
            };
        }
        self::assertLessThanOrEqual(3, count(self::$installation->activityLog()), implode("\n", self::$installation->activityLog()));
    }

    /** @dataProvider brokenServers */
    #[DataProvider('brokenServers')]
    public function testWithoutTheDatabaseAdminsAreToldWhatToDo(array $server, array $settings): void
    {
        self::$installation->configure($settings);
        self::$installation->configureServer($server);
        $site = Sites::get('builtin');
        $actions = [
            'get_user_traffic_rankings', 'get_node_traffic_rankings', 'get_traffic_data', 'get_live_stats', 'get_all_nodes',
            'get_today_traffic_data', 'get_total_traffic_since_launch', 'get_user_details', 'get_usage_records',
        ];
        foreach ($actions as $action) {
            $response = $site->get(['action' => $action, 'user_id' => '12']);
            self::assertSame(200, $response->status, $action . $response->body);
            $answer = $response->json();
            self::assertSame('error', $answer['status'], $action);
            self::assertGreaterThan(10, strlen($answer['message']), $action);
            self::assertDoesNotMatchRegularExpression('/SQLSTATE|SELECT|\.php|127\.0\.0\.1|reader_/', $answer['message']);
        }
        foreach (['', 'real_time', 'node_stats', 'user_rankings', 'service_search', 'engine_status'] as $page) {
            $response = $site->get(['action' => $page]);
            self::assertSame(200, $response->status, $page);
            self::assertStringContainsString('contentarea', $response->body, $page);
        }
        self::assertSame('FAILED', $site->get(['action' => 'debug_info'])->json()['data']['database_connection']);
        self::assertSame('', $site->complaints());
    }

    public static function brokenServers(): array
    {
        return [
            'database down' => [['ipaddress' => '127.0.0.1:1'], []],
            'wrong password' => [['password' => Installation::hidden('wrong')], []],
            'password not decrypted' => [['password' => 'nonsense'], []],
            'wrong database' => [['name' => 'no_such_database'], []],
            'no user name' => [['username' => ''], []],
            'no address' => [['ipaddress' => ''], []],
            'another kind of server' => [['type' => 'cpanel'], []],
            'no server chosen' => [[], ['v2raysocks_server' => '']],
            'a server that is gone' => [[], ['v2raysocks_server' => '99']],
        ];
    }

    public function testATableThatIsMissingIsAnErrorAndNotAnEmptyAnswer(): void
    {
        $pdo = Servers::connect();
        $pdo->exec('DROP DATABASE IF EXISTS v2r_empty');
        $pdo->exec('CREATE DATABASE v2r_empty');
        $pdo->exec("GRANT SELECT ON v2r_empty.* TO '" . self::$installation->databaseUser() . "'@'%'");
        self::$installation->configureServer(['name' => 'v2r_empty']);
        $answer = Sites::get('builtin')->get(['action' => 'get_user_traffic_rankings'])->json();
        self::assertSame('error', $answer['status']);
        self::assertStringNotContainsString('v2r_empty', $answer['message']);
        $pdo->exec('DROP DATABASE v2r_empty');
    }

    /** @dataProvider brokenCaches */
    #[DataProvider('brokenCaches')]
    public function testWithoutTheCacheAnswersAreRightAndQuick(array $settings): void
    {
        self::$installation->configure($settings);
        $site = Sites::get('fpm');
        $model = new Model(self::$installation->world);
        $site->get(['action' => 'get_live_stats']);
        $started = microtime(true);
        for ($time = 0; $time < 10; $time++) {
            $answer = $site->get(['action' => 'get_live_stats'])->json();
            self::assertNull(Difference::of($model->answer('getLiveStats', []), $answer['data'], false));
        }
        self::assertLessThan(3, microtime(true) - $started, 'the cache is waited for again and again');
        self::assertFalse($site->get(['action' => 'cache_stats'])->json()['data']['redis_available']);
        self::assertLessThanOrEqual(1, count(self::$installation->activityLog()), implode("\n", self::$installation->activityLog()));
        self::assertSame('', $site->complaints());
    }

    public static function brokenCaches(): array
    {
        return [
            'nothing listens' => [['redis_ip' => '127.0.0.1', 'redis_port' => '1', 'redis_password' => '']],
            'wrong password' => [['redis_password' => 'wrong'] + Installation::withCache()],
            'no password' => [['redis_password' => ''] + Installation::withCache()],
            'no such host' => [['redis_ip' => 'no-such-host.invalid', 'redis_port' => '6379', 'redis_password' => '']],
            'no port' => [['redis_ip' => '127.0.0.1', 'redis_port' => 'abc', 'redis_password' => '']],
            'not a cache' => [['redis_ip' => '127.0.0.1', 'redis_port' => (string) Servers::database()['port'], 'redis_password' => '']],
        ];
    }

    /** @dataProvider failures */
    #[DataProvider('failures')]
    public function testAnExtensionThatFailsIsReplacedInTheSameRequest(string $opens): void
    {
        $tries = Root::folder() . '/tries-' . bin2hex(random_bytes(4));
        $environment = ['WHMCS_ENGINE_TRIES' => $tries, 'WHMCS_ENGINE_OPENS' => $opens];
        $model = new Model(self::$installation->world);
        $questions = [['getUserTrafficRankings', ['traffic_desc', 'month', 10]], ['getLiveStats', []], ['getNodeTrafficChart', [1, 'week']],
            ['getTrafficData', [['time_range' => 'today']]], ['getAllNodes', []]];
        foreach ($questions as [$function, $arguments]) {
            [, $output, $errors] = self::withFailingEngine($environment, [['function' => $function, 'arguments' => $arguments]]);
            $answer = unserialize($output)[0] ?? self::fail($errors);
            self::assertArrayNotHasKey('throws', $answer, $answer['throws'] ?? '');
            self::assertNull(Difference::of($model->answer($function, $arguments), $answer['result']), $function);
            self::assertSame([], $answer['problems']);
        }
        self::assertFileExists($tries, 'the engine was never asked');
        self::assertSame(1, substr_count((string) file_get_contents($tries), 'open'), 'a failed engine is left alone for a minute');
        $log = self::$installation->activityLog();
        self::assertCount(1, $log, implode("\n", $log));
        foreach (Installation::secrets() as $secret) {
            self::assertStringNotContainsString($secret, implode("\n", $log));
        }
    }

    public static function failures(): array
    {
        return ['on opening' => ['no'], 'on asking' => ['yes']];
    }

    public function testAFailedExtensionIsTriedAgainAfterAMinute(): void
    {
        $tries = Root::folder() . '/tries-' . bin2hex(random_bytes(4));
        foreach ([0 => 1, 30 => 1, 61 => 2, 90 => 2, 122 => 3] as $secondsLater => $want) {
            self::withFailingEngine(
                ['WHMCS_ENGINE_TRIES' => $tries, 'WHMCS_ENGINE_OPENS' => 'yes'],
                [['function' => 'getLiveStats', 'arguments' => []], ['function' => 'getAllNodes', 'arguments' => []]],
                $secondsLater,
            );
            self::assertSame($want, substr_count((string) file_get_contents($tries), 'open'), "$secondsLater seconds later");
        }
        self::assertCount(1, self::$installation->activityLog(), 'it failed all the time, which is one event');
    }

    public function testTheReasonOfTheLastFallbackIsShown(): void
    {
        $tries = Root::folder() . '/tries-' . bin2hex(random_bytes(4));
        self::withFailingEngine(['WHMCS_ENGINE_TRIES' => $tries, 'WHMCS_ENGINE_OPENS' => 'yes'], [['function' => 'getLiveStats', 'arguments' => []]]);
        $page = Sites::get('builtin')->get(['action' => 'engine_status'])->body;
        self::assertStringContainsString('disk on fire', $page);
    }

    public function testWithoutTheExtensionTheStatusSaysSo(): void
    {
        $answer = Sites::get('builtin')->get(['action' => 'engine_status', 'format' => 'json'])->json();
        self::assertSame('success', $answer['status']);
        self::assertSame([], self::$installation->activityLog());
    }

    public function testAFolderTheExtensionCannotWriteToDoesNoHarm(): void
    {
        Php::requireExtension();
        // Below a file nobody can make a folder, whoever one is.
        $file = Root::folder() . '/a-file';
        touch($file);
        $php = new Php(self::$installation, true, ['traffic_engine.data_dir' => "$file/data"]);
        $model = new Model(self::$installation->world);
        $answer = $php->ask([['function' => 'getUserTrafficRankings', 'arguments' => ['traffic_desc', 'month', 10]]])[0];
        self::assertNull(Difference::of($model->answer('getUserTrafficRankings', ['traffic_desc', 'month', 10]), $answer['result'] ?? $answer));
        self::assertLessThanOrEqual(1, count(self::$installation->activityLog()));
    }

    /** @return array{int, string, string} */
    private static function withFailingEngine(array $environment, array $calls, int $secondsLater = 0): array
    {
        $php = new Php(self::$installation, false, ['auto_prepend_file' => Php::HARNESS . '/failing_engine.php'], $secondsLater);
        return $php->run([Php::HARNESS . '/ask.php'], serialize($calls), $environment);
    }

    /** Keys and kinds of values, without the values. */
    private static function shape(mixed $value): mixed
    {
        return is_array($value) ? array_map(self::shape(...), $value) : (is_string($value) || $value === null ? 'text' : get_debug_type($value));
    }
}
