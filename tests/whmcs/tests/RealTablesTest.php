<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** Tables as real panels have them: columns of other kinds, and other character sets beside each other. */
final class RealTablesTest extends TestCase
{
    /** Functions that show rows whole, in the kinds of the columns. */
    private const WHOLE = ['getUserDetails', 'getNodeDetails', 'getAllNode'];

    private const DECIMALS = [
        'ALTER TABLE user_usage MODIFY user_id decimal(12,0) NOT NULL, MODIFY t decimal(12,0) NOT NULL, MODIFY u decimal(25,0) NOT NULL,'
            . ' MODIFY d decimal(25,2) NOT NULL, MODIFY count_rate decimal(10,2)',
        'ALTER TABLE user MODIFY u decimal(25,0), MODIFY d decimal(25,0), MODIFY transfer_enable decimal(25,0), MODIFY enable bit(1),'
            . ' MODIFY created_at decimal(12,0), MODIFY sid varchar(12), MODIFY illegal varchar(12)',
        'ALTER TABLE node MODIFY traffic_rate decimal(10,2), MODIFY max_traffic decimal(12,0), MODIFY statistics varchar(30),'
            . ' MODIFY enable bit(1), MODIFY last_online decimal(12,0)',
    ];

    private const UNSIGNED = [
        'ALTER TABLE user_usage MODIFY user_id bigint unsigned, MODIFY t bigint unsigned, MODIFY u bigint unsigned, MODIFY d bigint unsigned',
        'ALTER TABLE user MODIFY u bigint unsigned, MODIFY d bigint unsigned, MODIFY transfer_enable bigint unsigned, MODIFY sid int unsigned',
        'ALTER TABLE node MODIFY max_traffic int unsigned NULL, MODIFY statistics bigint unsigned',
    ];

    /** @dataProvider kinds */
    #[DataProvider('kinds')]
    public function testColumnsOfOtherKindsChangeNoAnswer(string $world, array $changes): void
    {
        $installation = Installation::of(World::shanghai($world));
        $installation->configure();
        $questions = array_diff_key((new Questions($installation->world))->all(), array_flip(self::WHOLE));
        $calls = [];
        foreach ($questions as $function => $asked) {
            foreach ($asked as $arguments) {
                $calls[] = ['function' => $function, 'arguments' => $arguments];
            }
        }
        $php = new Php($installation);
        $before = $php->ask($calls);
        array_map($installation->usage()->exec(...), $changes);
        $after = $php->ask($calls);
        foreach ($calls as $at => $call) {
            $asked = $call['function'] . json_encode($call['arguments']);
            self::assertArrayNotHasKey('throws', $after[$at], $asked . ($after[$at]['throws'] ?? ''));
            self::assertSame([], $after[$at]['problems'], $asked);
            self::assertSame($before[$at]['result'], $after[$at]['result'], $asked);
        }
    }

    public static function kinds(): array
    {
        return ['decimals, texts and bits' => ['decimals', self::DECIMALS], 'without a sign' => ['unsigned', self::UNSIGNED]];
    }

    public function testAQuotaOfAllBitsAndNoLimitAreShown(): void
    {
        $installation = Installation::of(World::shanghai('unlimited'));
        $installation->configure();
        array_map($installation->usage()->exec(...), [
            ...self::UNSIGNED,
            'UPDATE user SET transfer_enable = 18446744073709551615, u = 0, d = 0 WHERE id = 3',
            'UPDATE node SET max_traffic = NULL WHERE id = 1',
        ]);
        foreach (Php::hasExtension() ? [false, true] : [false] as $withExtension) {
            [$users, $nodes, $rows] = (new Php($installation, $withExtension))->ask([
                ['function' => 'getUserTrafficRankings', 'arguments' => ['remaining_desc', 'today', 1]],
                ['function' => 'getNodeTrafficRankings', 'arguments' => ['traffic_desc', 'today']],
                ['function' => 'getTrafficData', 'arguments' => [['user_id' => '3', 'time_range' => 'month']]],
            ]);
            self::assertSame(18446744073709551615.0, $users['result'][0]['transfer_enable']);
            self::assertSame(18446744073709551615.0, $users['result'][0]['remaining_quota']);
            self::assertSame(0.0, array_column($nodes['result'], 'max_traffic', 'id')[1]);
            self::assertSame([18446744073709551615.0], array_values(array_unique(array_column($rows['result'], 'transfer_enable'))));
        }
        self::assertSame([], preg_grep('/extension/', $installation->activityLog()));
    }

    public function testPreAggregatesOfOtherKindsOfColumnsAreTheSameAndSettle(): void
    {
        $installation = Installation::of(World::shanghai('summed'));
        $installation->configure();
        $rollup = new Rollup($installation);
        $rollup->create();
        $rollup->call('updateAll');
        $before = $rollup->tables();
        self::assertNotSame([], $before['users']);
        array_map($installation->usage()->exec(...), self::DECIMALS);
        $prints = fn (): array => $rollup->rows('date, fingerprint', 'traffic_engine_rollup_days');
        $ofIntegers = $prints();
        foreach (Php::hasExtension() ? [false, true] : [false] as $withExtension) {
            (new Rollup($installation, [], $withExtension))->call('updateAll');
            self::assertSame($before, $rollup->tables());
            // Whoever looks next finds the days as they were summed.
            self::assertSame($ofIntegers, $prints());
        }
        $rollup->create();
        $rollup->call('updateAll');
        self::assertSame($before, $rollup->tables());
        self::assertSame($ofIntegers, $prints());
    }

    public function testLocalhostWithoutAPortIsTheSocketOfPdo(): void
    {
        $installation = Installation::of(World::shanghai('local'));
        $installation->configure();
        $installation->configureServer(['ipaddress' => 'localhost']);
        // Nobody listens at the usual port.
        $socket = (string) Servers::connect()->query('SELECT @@socket')->fetchColumn();
        foreach (Php::hasExtension() ? [false, true] : [false] as $withExtension) {
            $php = new Php($installation, $withExtension, ['pdo_mysql.default_socket' => $socket]);
            [$total] = $php->ask([['function' => 'getTotalTrafficSinceLaunch', 'arguments' => []]]);
            self::assertGreaterThan(0, $total['result']['total_records']);
        }
        self::assertSame([], $installation->activityLog());
    }

    public function testYesterdayIsADayThatThereWas(): void
    {
        $installation = Installation::of(World::apia());
        $installation->configure();
        $t = $installation->world->midnight() - 60;
        $installation->usage()->exec('DELETE FROM user_usage');
        Installation::insert($installation->usage(), 'user_usage', ['id' => 1, 'user_id' => 3, 't' => $t, 'u' => 40, 'd' => 60, 'node' => '1']);
        foreach (Php::hasExtension() ? [false, true] : [false] as $withExtension) {
            [$records] = (new Php($installation, $withExtension))->ask([
                ['function' => 'getUsageRecords', 'arguments' => [null, null, 'yesterday']],
            ]);
            self::assertSame(['2011-12-29 23:59:00'], array_column($records['result'], 'formatted_time'));
        }
    }

    public function testAClockBeforeTheFirstRowHasSeenNoDays(): void
    {
        $installation = Installation::of(World::shanghai('ahead'));
        $installation->configure();
        $installation->usage()->exec('UPDATE user_usage SET t = t + 100000000');
        foreach (Php::hasExtension() ? [false, true] : [false] as $withExtension) {
            [$total] = (new Php($installation, $withExtension))->ask([['function' => 'getTotalTrafficSinceLaunch', 'arguments' => []]]);
            self::assertEquals(0, $total['result']['days_active']);
        }
    }

    /** @dataProvider characterSets */
    #[DataProvider('characterSets')]
    public function testNodesAreFoundInTablesOfAnyCharacterSet(string $set, string $name): void
    {
        $installation = Installation::of(World::shanghai("set_$set"));
        $installation->configure();
        $pdo = $installation->usage();
        $pdo->exec('DELETE FROM user_usage');
        $pdo->exec('DELETE FROM node WHERE id NOT IN (1, 2)');
        $pdo->prepare('UPDATE node SET name = ? WHERE id = 1')->execute([$name]);
        $pdo->exec("UPDATE node SET name = '🇭🇰 HK' WHERE id = 2");
        $t = $installation->world->now - 60;
        foreach ([[1, $name], [2, '1'], [3, '02'], [4, 'DAY']] as [$id, $text]) {
            Installation::insert($pdo, 'user_usage', ['id' => $id, 'user_id' => 3, 't' => $t, 'u' => 40, 'd' => 60, 'node' => $text]);
        }
        $pdo->exec("ALTER TABLE user_usage CONVERT TO CHARACTER SET $set");
        $pdo->exec('ALTER TABLE user MODIFY uuid varchar(36) CHARACTER SET latin1 NOT NULL');
        $today = ['time_range' => 'today'];
        foreach (Php::hasExtension() ? [false, true] : [false] as $withExtension) {
            $answers = (new Php($installation, $withExtension))->ask([
                ['function' => 'getNodeTrafficRankings', 'arguments' => ['traffic_desc', 'today']],
                ['function' => 'getNodeTrafficChart', 'arguments' => [1, 'today']],
                ['function' => 'getUsageRecords', 'arguments' => [1, null, 'today']],
                ['function' => 'getTrafficData', 'arguments' => [['node_id' => $name] + $today]],
                ['function' => 'getTrafficData', 'arguments' => [['node_id' => '中文😀'] + $today]],
                ['function' => 'getTrafficData', 'arguments' => [['uuid' => '中文😀'] + $today]],
                ['function' => 'getUsageRecords', 'arguments' => [null, null, 'today', 9, null, null, '中文😀']],
                ['function' => 'getDayTraffic', 'arguments' => [['uuid' => '中文😀']]],
            ]);
            foreach ($answers as $answer) {
                self::assertArrayNotHasKey('throws', $answer, $answer['throws'] ?? '');
                self::assertSame([], $answer['problems']);
            }
            [$ranks, $chart, $records, $rows, $unknown, $nobody, $noRecords, $noDays] = array_column($answers, 'result');
            self::assertSame([1 => 200.0, 2 => 100.0], array_column($ranks, 'total_traffic', 'id'));
            self::assertEqualsWithDelta(2e-7, array_sum($chart['total']), 1e-15);
            self::assertSame([1, 2], array_column($records, 'id'));
            self::assertSame([1], array_column($rows, 'id'));
            self::assertSame([[], [], [], []], [$unknown, $nobody, $noRecords, $noDays]);
        }
        self::assertSame([], $installation->activityLog());
    }

    public static function characterSets(): array
    {
        return ['utf8mb3' => ['utf8mb3', '香港 01'], 'gbk' => ['gbk', '香港 01'], 'big5' => ['big5', '香港 01'],
            'latin1' => ['latin1', 'Zürich'], 'ucs2' => ['ucs2', '香港 01']];
    }
}
