<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use FilesystemIterator;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;

/** What nobody may do, and what may be seen nowhere. */
final class SecurityTest extends TestCase
{
    private static Installation $installation;

    public static function setUpBeforeClass(): void
    {
        self::$installation = Installation::of(World::all()['Shanghai'][0]);
    }

    protected function setUp(): void
    {
        self::$installation->configure(Installation::withCache());
        self::$installation->clearActivityLog();
        Servers::redis()->flushAll();
    }

    /** @dataProvider stateChanges */
    #[DataProvider('stateChanges')]
    public function testStateChangesOnlyByAFormWithATokenOfTheLogin(array $query, string $kind): void
    {
        $site = Sites::get($kind);
        $site->get(['action' => 'get_live_stats']);
        $site->get(['action' => 'get_user_traffic_rankings']);
        $site->get(['action' => 'get_traffic_data']);
        $before = self::state();
        $token = Site::token();
        $refused = [
            'a link' => fn (): Response => $site->get($query),
            'a link with a token' => fn (): Response => $site->get($query + ['token' => $token]),
            'a form without a token' => fn (): Response => $site->post($query, []),
            'a form with a wrong token' => fn (): Response => $site->post($query, ['token' => 'wrong']),
            'a form with no text for a token' => fn (): Response => $site->post($query, ['token' => [$token]]),
        ];
        foreach ($refused as $name => $request) {
            $response = $request();
            self::assertSame($before, self::state(), $name);
            self::assertStringNotContainsString('"success"', $response->body, $name);
        }
        self::assertSame('', $site->complaints());
        // Making things in the database needs rights that the reader lacks; LifecycleTest has them.
        if ($query['action'] === 'clear_cache') {
            self::assertStringContainsString('"success"', $site->post($query, ['token' => $token])->body);
        }
    }

    public static function stateChanges(): iterable
    {
        foreach (['all', 'live', 'traffic', 'rankings', 'nonsense'] as $type) {
            yield "clear_cache of $type" => [['action' => 'clear_cache', 'type' => $type], 'builtin'];
        }
        foreach (['create_indexes', 'create_pre_aggregation', 'update_pre_aggregation', 'engine_retry', 'drop_index', 'undo_indexes'] as $action) {
            yield $action => [['action' => $action], 'builtin'];
        }
        yield 'clear_cache by php-fpm' => [['action' => 'clear_cache'], 'fpm'];
    }

    public function testClearingRemovesWhatWasNamed(): void
    {
        $site = Sites::get('builtin');
        $cached = static fn (): string => Servers::cacheContent();
        $site->get(['action' => 'get_live_stats']);
        $site->get(['action' => 'get_node_traffic_rankings']);
        self::assertMatchesRegularExpression('/live_stats/', $cached());
        $answer = $site->post(['action' => 'clear_cache', 'type' => 'live'], ['token' => Site::token()])->json();
        self::assertSame(['status', 'message', 'timestamp'], array_keys($answer));
        self::assertDoesNotMatchRegularExpression('/:live_stats/', $cached());
        self::assertMatchesRegularExpression('/node_traffic_rankings/', $cached());
        $site->post(['action' => 'clear_cache', 'type' => 'rankings'], ['token' => Site::token()]);
        self::assertDoesNotMatchRegularExpression('/node_traffic_rankings/', $cached());
    }

    public function testOthersKeysInTheCacheStay(): void
    {
        $site = Sites::get('builtin');
        Servers::redis()->set('somebody:elses', 'value');
        $site->get(['action' => 'get_live_stats']);
        $keys = preg_grep('/somebody/', Servers::redis()->keys('*'), PREG_GREP_INVERT);
        self::assertNotSame([], $keys);
        foreach ($keys as $key) {
            self::assertStringStartsWith('v2raysocks_traffic:', $key);
            // Counters of hits and misses outlive the answers they count.
            if (!str_ends_with($key, ':stats')) {
                self::assertGreaterThan(0, Servers::redis()->ttl($key), "$key never goes");
            }
        }
        $site->post(['action' => 'clear_cache', 'type' => 'all'], ['token' => Site::token()]);
        self::assertSame('value', Servers::redis()->get('somebody:elses'));
    }

    public function testInstallationsAndServersShareNothingInTheCache(): void
    {
        $asked = [['function' => 'getLiveStats', 'arguments' => []]];
        $other = Installation::of(World::all()['New York'][0]);
        $other->configure(Installation::withCache());
        (new Php(self::$installation))->ask($asked);
        $count = count(Servers::redis()->keys('*live_stats*'));
        (new Php($other))->ask($asked);
        self::assertSame(2 * $count, count(Servers::redis()->keys('*live_stats*')), 'two installations');
        self::$installation->configureServer(['id' => Installation::SERVER_ID + 1]);
        self::$installation->configure(['v2raysocks_server' => (string) (Installation::SERVER_ID + 1)] + Installation::withCache());
        self::$installation->configureServer(['id' => Installation::SERVER_ID + 1]);
        (new Php(self::$installation))->ask($asked);
        self::assertSame(3 * $count, count(Servers::redis()->keys('*live_stats*')), 'two servers of an installation');
    }

    public function testNoSecretIsEverShownOrKept(): void
    {
        $site = Sites::get('fpm');
        $shown = '';
        $actions = [
            '', 'real_time', 'node_stats', 'user_rankings', 'service_search', 'engine_status', 'debug_info', 'cache_stats', 'get_module_config',
            'get_all_nodes', 'get_live_stats', 'get_traffic_data', 'get_user_traffic_rankings', 'export_data',
        ];
        foreach ($actions as $action) {
            $response = $site->get($action === '' ? [] : ['action' => $action]);
            $shown .= $response->body . implode("\n", $response->headers);
        }
        self::$installation->configureServer(['password' => Installation::hidden('Wr0ng-' . Installation::SERVER_PASSWORD)]);
        Servers::redis()->flushAll();
        foreach (['engine_status', 'debug_info', 'get_live_stats', 'get_user_traffic_rankings', 'get_user_details', 'export_data', ''] as $action) {
            $shown .= $site->get($action === '' ? [] : ['action' => $action])->body;
        }
        $kept = Servers::cacheContent() . implode("\n", self::$installation->activityLog()) . $site->complaints() . self::settingsBesidesTheAdmins();
        foreach (Installation::secrets() as $secret) {
            self::assertStringNotContainsString($secret, $shown);
            self::assertStringNotContainsString($secret, $kept);
        }
        $address = '127.0.0.1:' . Servers::database()['port'];
        foreach ([self::$installation->databaseUser(), self::$installation->usageDatabase(), $address, 'SQLSTATE', 'Stack trace'] as $inside) {
            self::assertStringNotContainsString($inside, $shown);
        }
    }

    public function testWhatTheCacheHoldsIsNotTrustedWithTheConnection(): void
    {
        $php = new Php(self::$installation);
        $php->ask([['function' => 'getLiveStats', 'arguments' => []], ['function' => 'serverOptions', 'arguments' => []]]);
        self::assertStringNotContainsString('ipaddress', Servers::cacheContent());
        foreach (Servers::redis()->keys('*') as $key) {
            if (Servers::redis()->type($key) === \Redis::REDIS_STRING) {
                Servers::redis()->set($key, '{"ipaddress":"203.0.113.9","broken":', ['KEEPTTL']);
            }
        }
        $answer = $php->ask([['function' => 'getLiveStats', 'arguments' => []]])[0];
        self::assertSame(40, $answer['result']['total_users'] ?? $answer);
        self::assertSame([], $answer['problems']);
    }

    public function testNoFileOfTheAddonRunsWithoutWhmcs(): void
    {
        $files = 0;
        foreach (['builtin', 'fpm'] as $kind) {
            foreach (self::phpFiles() as $file) {
                $response = Sites::get($kind)->anonymous('/modules/addons/' . Installation::ADDON . "/$file");
                self::assertLessThan(100, strlen($response->body), "$file: $response->body");
                self::assertStringNotContainsString('<?php', $response->body, $file);
                self::assertLessThan(500, $response->status, $file);
                self::assertSame('', Sites::get($kind)->complaints(), $file);
                $files++;
            }
        }
        self::assertGreaterThan(20, $files);
    }

    public function testNothingButTheAddonIsInItsFolder(): void
    {
        foreach (self::files() as $file) {
            self::assertMatchesRegularExpression('/\.(php|json|png|css|js|tpl)$/', $file);
        }
    }

    /** @dataProvider wrongIds */
    #[DataProvider('wrongIds')]
    public function testWhatIsNoIdFindsNobody(array $query): void
    {
        $answer = Sites::get('builtin')->get($query)->json();
        self::assertTrue(in_array($answer['data'] ?? null, [null, []], true) || ($answer['data']['labels'] ?? null) === [], json_encode($answer));
    }

    public static function wrongIds(): array
    {
        return [
            [['action' => 'get_user_details', 'user_id' => '3 OR 1=1']],
            [['action' => 'get_user_details', 'user_id' => ['3']]],
            [['action' => 'get_node_details', 'node_id' => '1abc']],
            [['action' => 'get_traffic_data', 'user_id' => '3abc']],
            [['action' => 'get_traffic_data', 'service_id' => "508' OR '1'='1"]],
            [['action' => 'get_usage_records', 'user_id' => '3abc']],
            [['action' => 'get_user_traffic_chart', 'user_id' => '3abc']],
            [['action' => 'search_service_advanced', 'service_id' => '508abc']],
        ];
    }

    /** All that a request may change. */
    private static function state(): array
    {
        $keys = Servers::redis()->keys('*');
        sort($keys);
        return [preg_grep('/stats$|counter/', $keys, PREG_GREP_INVERT), self::$installation->activityLog()];
    }

    /** Settings that the addon itself wrote. */
    private static function settingsBesidesTheAdmins(): string
    {
        return implode("\n", self::$installation->whmcs()
            ->query("SELECT value FROM tbladdonmodules WHERE setting <> 'redis_password'")->fetchAll(\PDO::FETCH_COLUMN));
    }

    private static function phpFiles(): array
    {
        return preg_grep('/\.php$/', self::files());
    }

    /** @return list<string> paths below the addon's folder */
    private static function files(): array
    {
        $folder = (string) realpath(Php::addon());
        $files = [];
        foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS)) as $file) {
            $files[] = substr($file->getPathname(), strlen($folder) + 1);
        }
        sort($files);
        return $files;
    }
}
