<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** Extension and plain PHP give one answer before and after the nightly merge; where plain PHP cannot, it says so. */
final class BothBackendsTest extends TestCase
{
    private Installation $installation;
    private Rollup $rollup;
    private UsageRows $rows;

    /** @dataProvider worlds */
    #[DataProvider('worlds')]
    public function testBothGiveOneAnswerBeforeAndAfterMerges(World $world): void
    {
        Php::requireExtension();
        $this->begin($world);
        self::assertSame([], $this->differences(0), 'before');
        foreach ([1, 2, 3, 6, 7, 14, 29] as $day) {
            $this->rows->merge($world->date($day));
        }
        $this->rollup->call('updateAll');
        foreach ([0, 90, 3_600, 86_400] as $secondsLater) {
            self::assertSame([], $this->differences($secondsLater), "$secondsLater s later");
        }
    }

    public static function worlds(): array
    {
        return [
            'Shanghai' => [World::shanghai('both_s')],
            'a day of 25 hours' => [World::newYork('both_n')],
        ];
    }

    public function testAMergeThatTheCronHasNotSeenYetTakesNoNodeAway(): void
    {
        $this->begin(World::shanghai('both_u'));
        $asked = [];
        foreach (['week', 'month'] as $word) {
            $asked[] = ['function' => 'getNodeTrafficRankings', 'arguments' => ['traffic_desc', $word]];
            $asked[] = ['function' => 'getNodeTrafficChart', 'arguments' => [4, $word]];
        }
        array_push($asked, ['function' => 'getAllNodes', 'arguments' => []], ['function' => 'getNodeDetails', 'arguments' => [4]]);
        $before = array_column((new Php($this->installation))->ask($asked), 'result');
        $this->rows->merge($this->installation->world->date(1));
        self::assertNull(Difference::of($before, array_column((new Php($this->installation))->ask($asked), 'result')));
    }

    /** @dataProvider tables */
    #[DataProvider('tables')]
    public function testMergedRowsOfTablesOfOtherKindsCountAsWell(string $name, string $change): void
    {
        $this->begin(World::shanghai("both_$name"));
        // Not every character set has them.
        foreach (['user_usage', 'traffic_engine_rollup_rows'] as $table) {
            $this->installation->usage()->exec(
                "DELETE FROM $table WHERE BINARY node <> BINARY CONVERT(CONVERT(node USING utf8mb3) USING utf8mb4)",
            );
        }
        $this->rollup->call('updateAll');
        $asked = [];
        foreach (['week', 'month'] as $word) {
            $asked[] = ['function' => 'getNodeTrafficRankings', 'arguments' => ['traffic_desc', $word]];
            $asked[] = ['function' => 'getNodeTrafficChart', 'arguments' => [4, $word]];
        }
        $before = array_column((new Php($this->installation))->ask($asked), 'result');
        $this->installation->usage()->exec("ALTER TABLE user_usage $change");
        $this->rows->merge($this->installation->world->date(1));
        self::assertNull(Difference::of($before, array_column((new Php($this->installation))->ask($asked), 'result')), 'not seen by the cron');
        $this->rows->merge($this->installation->world->date(6));
        $this->rollup->call('updateAll');
        $this->rollup->call('pruneRows');
        self::assertNull(Difference::of($before, array_column((new Php($this->installation))->ask($asked), 'result')));
    }

    public static function tables(): array
    {
        return [
            'decimals' => ['dec', 'MODIFY user_id decimal(12,0) NOT NULL, MODIFY t decimal(12,0) NOT NULL, MODIFY u decimal(25,0) NOT NULL,'
                . ' MODIFY d decimal(25,2) NOT NULL'],
            'without a sign' => ['uns', 'MODIFY user_id bigint unsigned, MODIFY t bigint unsigned, MODIFY u bigint unsigned, MODIFY d bigint unsigned'],
            'ucs2' => ['ucs', 'CONVERT TO CHARACTER SET ucs2'],
            'utf8mb3' => ['mb3', 'CONVERT TO CHARACTER SET utf8mb3'],
        ];
    }

    public function testWhatPlainPhpCannotKnowItSays(): void
    {
        $this->begin(World::shanghai('both_i'));
        $site = new Site('builtin', $this->installation, new Php($this->installation));
        $ask = static fn (string $action, string $range): array => $site->get(['action' => $action, 'time_range' => $range])->json();
        $traffic = static fn (array $answer): array => array_column($answer['data'], 'total_traffic', 'id');
        $before = $traffic($ask('get_node_traffic_rankings', 'month'));
        foreach ([1, 2, 6] as $day) {
            $this->rows->merge($this->installation->world->date($day));
        }
        $this->rollup->call('updateAll');
        self::assertSame($before, $traffic($ask('get_node_traffic_rankings', 'month')));
        // As in an installation whose tables are of a release that kept sums alone.
        $this->installation->usage()->exec('DELETE FROM traffic_engine_rollup_rows WHERE t < ' . $this->installation->world->midnight());
        $answer = $ask('get_node_traffic_rankings', 'month');
        self::assertSame($before, $traffic($answer));
        self::assertSame($this->installation->world->midnight(), $answer['incomplete']['complete_since']);
        self::assertNotSame('', $answer['incomplete']['reason']);
        self::assertArrayHasKey('incomplete', $ask('get_user_traffic_rankings', 'week'));
        self::assertArrayHasKey('incomplete', $ask('get_all_nodes', ''));
        self::assertArrayNotHasKey('incomplete', $ask('get_node_traffic_rankings', 'today'), 'nothing of today was merged');
        self::assertStringContainsString('is complete since', $site->get(['action' => 'node_stats'])->body);
        $site->stop();
    }

    public function testWithoutTheRightToKeepRowsSumsAreWritten(): void
    {
        $this->begin(World::shanghai('both_r'));
        $this->installation->usage()->exec('DROP TABLE traffic_engine_rollup_rows');
        $this->installation->usage()->exec('DELETE FROM daily_user_traffic');
        $this->installation->usage()->exec("UPDATE traffic_engine_rollup_days SET fingerprint = ''");
        $this->rollup->grant('SELECT, INSERT, UPDATE, DELETE');
        $this->installation->clearActivityLog();
        $this->rollup->cron();
        self::assertGreaterThan(20, count($this->rollup->tables()['users']));
        self::assertMatchesRegularExpression('/not kept up to date: .*may not do this/', implode("\n", $this->installation->activityLog()));
        $this->rollup->grant('ALL');
        $this->rollup->cron();
        self::assertStringContainsString('again', implode("\n", $this->installation->activityLog()));
    }

    public function testOldCopiesAreJoinedAndAnswersStay(): void
    {
        $this->begin(World::newYork('both_p'));
        foreach ([2, 6, 7, 20] as $day) {
            $this->rows->merge($this->installation->world->date($day));
        }
        $this->rollup->call('updateAll');
        $calls = array_values(array_filter($this->calls(), static fn (array $call): bool => !in_array($call['function'], ['getAllNodes'], true)));
        $before = array_column((new Php($this->installation))->ask($calls), 'result');
        $counting = 'SELECT COUNT(*) FROM traffic_engine_rollup_rows WHERE ';
        $count = fn (string $where): int => (int) $this->installation->usage()->query($counting . $where)->fetchColumn();
        [$all, $old] = [$count('1 = 1'), $count('merged IN (1, 3) AND t < ' . $this->installation->world->midnight(3))];
        $this->rollup->call('pruneRows');
        self::assertSame($old, $count('merged IN (1, 3) AND id < 0') + $all - $count('1 = 1'));
        self::assertSame(0, $count('merged > 3'));
        $this->rollup->call('pruneRows');
        self::assertNull(Difference::of($before, array_column((new Php($this->installation))->ask($calls), 'result')));
    }

    private function begin(World $world): void
    {
        $this->installation = Installation::of($world);
        $this->installation->configure();
        $this->rollup = new Rollup($this->installation);
        $this->rollup->create();
        $this->rows = new UsageRows($this->installation);
        foreach (['7 ', '20 ', '7'] as $at => $text) {
            $this->rows->add(12, $world->midnight(4) + 9_000, 1_000 + $at, 7_000, $text);
        }
        $this->rollup->call('updateAll');
    }

    /** @return array<string, list<string>> names of the figures that differ, by function */
    private function differences(int $secondsLater): array
    {
        $calls = $this->calls();
        $answers = [];
        foreach ([true, false] as $withExtension) {
            $this->installation->configure();
            $this->installation->clearActivityLog();
            $given = (new Php($this->installation, $withExtension, [], $secondsLater))->ask($calls);
            self::assertSame([], preg_grep('/extension/', $this->installation->activityLog()));
            $answers[] = array_column($given, 'result');
        }
        $found = [];
        foreach ($calls as $at => $call) {
            $keys = self::keysThatDiffer($answers[0][$at], $answers[1][$at], '');
            if ($keys !== []) {
                $found[$call['function']] = array_values(array_unique([...$found[$call['function']] ?? [], ...$keys]));
            }
        }
        return $found;
    }

    /** @return list<string> */
    private static function keysThatDiffer(mixed $a, mixed $b, string $key): array
    {
        if (is_object($a)) {
            return self::keysThatDiffer((array) $a, (array) $b, $key);
        }
        if (!is_array($a) || !is_array($b) || array_keys($a) !== array_keys($b)) {
            return Difference::of($a, $b, false) === null || $key === 'last_updated' ? [] : [$key . (is_array($a) ? ' keys' : '')];
        }
        $keys = [];
        foreach ($a as $name => $value) {
            array_push($keys, ...self::keysThatDiffer($value, $b[$name], is_int($name) ? $key : $name));
        }
        return array_values(array_unique($keys));
    }

    private function calls(): array
    {
        $calls = [];
        foreach ((new Questions($this->installation->world))->all() as $function => $asked) {
            foreach ($asked as $arguments) {
                $calls[] = ['function' => $function, 'arguments' => $arguments];
            }
        }
        foreach (['today', 'yesterday', 'week', 'month'] as $word) {
            foreach (['user', 'node', 'time', 'hourly'] as $group) {
                $calls[] = ['class' => 'V2RaySocksTrafficAggregator', 'construct' => [], 'function' => 'streamProcessTrafficData',
                    'arguments' => [$word, $group]];
            }
        }
        return $calls;
    }
}
