<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** The cache of contract section 5, by plain PHP. */
class CacheTest extends TestCase
{
    protected const WITH_EXTENSION = false;

    private const KEYS = ['live_stats', 'all_nodes_basic', 'monitor_all_nodes_list', 'total_traffic_since_launch', 'historical_peak_traffic',
        'user_details:3', 'node_details:1', 'day_traffic_x', 'traffic_data_x', 'enhanced_traffic_x', 'node_traffic_rankings_x', 'user_traffic_rankings_x',
        'node_traffic_chart_x', 'user_traffic_chart_x', 'usage_records_x', 'server_options_list'];

    protected function setUp(): void
    {
        // What is tested is not how long a busy machine takes.
        self::installation()->configure(Installation::withCache() + ['redis_wait_ms' => '1000']);
        Servers::redis()->flushAll();
    }

    public static function tearDownAfterClass(): void
    {
        self::installation()->configure();
    }

    public function testOperationsAnswerAsBefore(): void
    {
        $operate = static fn (string $act, array $data = []): array => ['function' => 'redisOperate', 'arguments' => [$act, $data]];
        $answers = static::ask(
            $operate('PING'),
            $operate('get', ['key' => 'a']),
            $operate('set', ['key' => 'a', 'value' => '1', 'ttl' => 77]),
            $operate('Get', ['key' => 'a']),
            $operate('exists', ['key' => 'a']),
            $operate('exists', ['key' => 'b']),
            $operate('clear_pattern', ['pattern' => 'nothing*']),
            $operate('set', ['key' => 'ab', 'value' => '2']),
            $operate('clear_pattern', ['pattern' => 'a*']),
            $operate('set', ['key' => 'c', 'value' => '3']),
            $operate('del', ['key' => 'c']),
            $operate('del', ['key' => 'c']),
            $operate('nonsense'),
        );
        self::assertSame([true, false, true, '1', 1, 0, true, true, 2, true, 1, 0, false], $answers);
    }

    public function testAnswersAreKeptAsLongAsTheContractSays(): void
    {
        $ttl = static fn (string $key): array => ['function' => 'getDefaultTTL', 'arguments' => [$key]];
        self::assertSame([600, 600, 60, 60, 60, 120, 120, 120], static::ask(
            $ttl('language_config'),
            $ttl('server_options_list'),
            $ttl('live_stats'),
            $ttl('traffic_5min'),
            $ttl('real_time_x'),
            $ttl('user_details:1'),
            $ttl('user_traffic_rankings_x'),
            $ttl('whatever')
        ));
        if (static::WITH_EXTENSION) {
            // Its answers come from the snapshot and are not kept.
            return;
        }
        static::ask(['function' => 'getLiveStats', 'arguments' => []], ['function' => 'getAllNodes', 'arguments' => []]);
        foreach (['*live_stats' => 60, '*monitor_all_nodes_list' => 120] as $pattern => $seconds) {
            $keys = Servers::redis()->keys($pattern);
            self::assertCount(1, $keys, $pattern);
            // Lifetimes are moved by a tenth, so that what was made together does not end together.
            self::assertEqualsWithDelta($seconds, Servers::redis()->ttl($keys[0]), $seconds / 10 + 5);
        }
    }

    /** @dataProvider clearings */
    #[DataProvider('clearings')]
    public function testClearingRemovesWhatTheContractNames(string $function, array $arguments, array $gone): void
    {
        $set = array_map(static fn (string $key): array => ['function' => 'setCacheWithTTL', 'arguments' => [$key, '"kept"']], self::KEYS);
        $answers = static::ask(...[...$set, ['function' => $function, 'arguments' => $arguments]]);
        self::assertTrue(end($answers));
        $left = array_values(array_filter(self::KEYS, static fn (string $key): bool => Servers::redis()->keys("*:$key") !== []));
        self::assertSame([], array_values(array_intersect($gone, $left)), 'should be gone');
        self::assertContains('server_options_list', [...$left, ...$gone], 'configuration stays');
    }

    public static function clearings(): array
    {
        $rankings = ['node_traffic_rankings_x', 'user_traffic_rankings_x'];
        $all = array_diff(self::KEYS, ['server_options_list']);
        return [
            'one key' => ['clearCache', [['live_stats']], ['live_stats']],
            'a pattern' => ['clearCache', [[], '*_chart_*'], ['node_traffic_chart_x', 'user_traffic_chart_x']],
            'everything' => ['clearCache', [], [...$all, 'server_options_list']],
            'traffic of users' => ['clearRelatedCache', ['user_traffic'], ['user_traffic_rankings_x', 'user_details:3', 'traffic_data_x', 'live_stats']],
            'all' => ['clearRelatedCache', ['all'], self::KEYS],
            'users' => ['unifiedCacheClear', ['user_data'], ['user_details:3', 'user_traffic_rankings_x', 'usage_records_x']],
            'nodes' => ['unifiedCacheClear', ['node_data'], ['node_details:1', 'node_traffic_rankings_x', 'all_nodes_basic', 'monitor_all_nodes_list']],
            'traffic' => ['unifiedCacheClear', ['traffic_data'], ['traffic_data_x', 'enhanced_traffic_x', 'day_traffic_x', 'node_traffic_chart_x']],
            'rankings' => ['unifiedCacheClear', ['rankings'], $rankings],
            'all but settings' => ['unifiedCacheClear', ['all_except_config'], $all],
            'an import' => ['autoInvalidateCache', ['data_import'], $all],
            'an update' => ['autoInvalidateCache', ['traffic_update'], ['traffic_data_x', 'live_stats', ...$rankings]],
        ];
    }

    public function testUnknownTriggersAreSaidToBe(): void
    {
        self::assertSame([false], static::ask(['function' => 'autoInvalidateCache', 'arguments' => ['nonsense']]));
    }

    public function testReadingClearsNothing(): void
    {
        static::ask(
            ['function' => 'getNodeTrafficRankings', 'arguments' => []],
            ['function' => 'getEnhancedTrafficData', 'arguments' => [['time_range' => 'today']]],
        );
        $before = count(Servers::redis()->keys('*'));
        static::ask(['function' => 'getUserTrafficRankings', 'arguments' => ['traffic_desc', 'month']]);
        self::assertGreaterThanOrEqual($before, count(Servers::redis()->keys('*')));
    }

    public function testEmptyAnswersAreServedFromTheCacheAsEmpty(): void
    {
        $question = ['function' => 'getTrafficData', 'arguments' => [['time_range' => 'today', 'user_id' => 120]]];
        self::assertSame([[], []], [...static::ask($question), ...static::ask($question)]);
    }

    public function testNothingInRedisIsBelieved(): void
    {
        $operate = static fn (string $act, array $data = []): array => ['function' => 'redisOperate', 'arguments' => [$act, $data]];
        static::ask($operate('set', ['key' => 'a', 'value' => '1']), $operate('set', ['key' => 'b', 'value' => '2']));
        [$a] = Servers::redis()->keys('*:a');
        [$b] = Servers::redis()->keys('*:b');
        $sealed = (string) Servers::redis()->get($a);
        foreach ([$sealed, '', '2', '{"value":2}', substr($sealed, 0, -1), "$sealed ", str_repeat("\xff", 200)] as $poison) {
            Servers::redis()->set($b, $poison);
            self::assertSame([false], static::ask($operate('get', ['key' => 'b'])), bin2hex($poison));
        }
        self::assertSame(['1'], static::ask($operate('get', ['key' => 'a'])));
    }

    public function testLargeAnswersAreKeptSmaller(): void
    {
        $text = str_repeat('{"user_id":17,"upload":123456789},', 1000);
        $operate = static fn (string $act, array $data = []): array => ['function' => 'redisOperate', 'arguments' => [$act, $data]];
        $answers = static::ask($operate('set', ['key' => 'large', 'value' => $text]), $operate('get', ['key' => 'large']));
        self::assertSame([true, $text], $answers);
        [$key] = Servers::redis()->keys('*:large');
        self::assertLessThan(strlen($text) / 4, Servers::redis()->strlen($key));
    }

    public function testClearingTellsProcessesThatKeepAnswersInMemory(): void
    {
        static::ask(['function' => 'clearCache', 'arguments' => [[], 'user_*']]);
        [$news] = Servers::redis()->keys('*@news');
        self::assertSame([['pattern' => 'user_*']], array_values(Servers::redis()->xRange($news, '-', '+')));
        self::assertGreaterThan(0, Servers::redis()->ttl($news));
    }

    public function testAFailureIsNotKept(): void
    {
        self::installation()->configureServer(['password' => Installation::hidden('wrong')]);
        self::assertSame([[]], static::ask(['function' => 'getAllNodes', 'arguments' => []]));
        self::installation()->configureServer([]);
        self::assertCount(22, static::ask(['function' => 'getAllNodes', 'arguments' => []])[0]);
    }

    private static function installation(): Installation
    {
        return Installation::of(World::all()['Shanghai'][0]);
    }

    /** @return list<mixed> */
    protected static function ask(array ...$calls): array
    {
        $answers = (new Php(self::installation(), static::WITH_EXTENSION))->ask($calls);
        foreach ($answers as $answer) {
            self::assertArrayNotHasKey('throws', $answer, $answer['throws'] ?? '');
            self::assertSame([], $answer['problems']);
        }
        return array_column($answers, 'result');
    }

    public function testWhatOthersWriteToRedisIsNotBelieved(): void
    {
        $ask = static fn (): mixed => self::ask(['function' => 'getLiveStats', 'arguments' => []])[0];
        $want = $ask();
        $plain = (new Php(Installation::of(World::all()['Shanghai'][0])));
        $plain->ask([['function' => 'getLiveStats', 'arguments' => []]]);
        $redis = Servers::redis();
        [$key] = array_values(preg_grep('/:live_stats$/', $redis->keys('*')));
        $name = substr($key, strrpos($key, ':') + 1);
        $nowMs = Installation::of(World::all()['Shanghai'][0])->world->now * 1000;
        // Well formed, sealed as anybody can, and with figures that look right.
        foreach ([['value' => ['total_users' => 666] + $want], ['value' => 5], ['value' => ['wrong']], ['value' => null]] as $forged) {
            $text = json_encode($forged);
            $head = pack('CJ4N', 0, 0, $nowMs, $nowMs + 60_000, $nowMs + 60_000, strlen($text));
            $sum = hash('xxh3', pack('J', strlen($name)) . $name . $head . $text, true);
            $redis->set($key, "TEC1$head$sum$text", ['px' => 60_000]);
            $answer = $plain->ask([['function' => 'getLiveStats', 'arguments' => []]])[0];
            self::assertSame([], $answer['problems']);
            self::assertSame($want['total_users'], $answer['result']['total_users']);
            self::assertSame($want['total_users'], $ask()['total_users']);
        }
        foreach (['{"total_users":666}', '5', '[]', 'null', '{"value":7}'] as $wrong) {
            self::ask(['function' => 'redisOperate', 'arguments' => ['set', ['key' => 'live_stats', 'value' => $wrong, 'ttl' => 60]]]);
            $answer = $plain->ask([['function' => 'getLiveStats', 'arguments' => []]])[0];
            self::assertSame([], $answer['problems']);
            self::assertSame($want['total_users'], $answer['result']['total_users'], "$wrong is no answer");
        }
    }
}
