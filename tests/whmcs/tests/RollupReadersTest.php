<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** Plain PHP reads days that are over from the pre-aggregates, however long ago these were compared with their rows. */
final class RollupReadersTest extends TestCase
{
    private World $world;
    private Installation $installation;
    private Rollup $rollup;
    private UsageRows $rows;

    public function testDaysThatAreOverAreReadFromTheTables(): void
    {
        $this->begin(World::shanghai('readers_s'));
        $this->rollup->call('updateAll');
        $before = $this->ask($this->questions(), 4_000);
        $this->falsify();
        $changed = [];
        // Long after the last comparison: what is over does not change any more.
        foreach ($this->ask($this->questions(), 4_000) as $at => $answer) {
            if ($answer !== $before[$at]) {
                $changed[] = $this->questions()[$at]['function'];
            }
        }
        self::assertSame([
            'getUserTrafficChart', 'getUserTrafficChart', 'getUserTrafficChart',
            'getDayTraffic', 'getDayTraffic', 'getUserDetails', 'getHistoricalPeakTraffic', 'getLiveStats',
        ], $changed);
    }

    /** @dataProvider doubts */
    #[DataProvider('doubts')]
    public function testWhereTheTablesMayBeWrongRowsAreRead(array $changes, int $secondsLater = 0, array $settings = []): void
    {
        $this->begin(World::shanghai('readers_s'));
        $questions = array_slice($this->questions(), 0, -1);
        $want = $this->ask($questions, $secondsLater, $settings);
        $this->rollup->call('updateAll');
        $this->falsify();
        foreach ($changes as $change) {
            $this->installation->usage()->exec($change);
        }
        self::assertNull(Difference::of($want, $this->ask($questions, $secondsLater, $settings)));
        self::assertSame([], $this->installation->activityLog());
    }

    public static function doubts(): array
    {
        $world = World::shanghai('readers_s');
        $midnight = $world->midnight(-1);
        return [
            'of another zone' => [[], 0, ['date.timezone' => 'Asia/Kathmandu']],
            'not known to be whole' => [["UPDATE traffic_engine_rollup_days SET fingerprint = '', checked_at = 0"]],
            'compared before the day was over' => [
                ["UPDATE traffic_engine_rollup_days SET checked_at = $midnight - 1 WHERE date = '{$world->date()}'",
                    "DELETE FROM traffic_engine_rollup_days WHERE date <> '{$world->date()}'"],
                $midnight + 300 - $world->now,
            ],
            'compared in a future that is far' => [['UPDATE traffic_engine_rollup_days SET checked_at = checked_at + 1000']],
            'missing' => [['DROP TABLE daily_user_traffic, daily_node_traffic, traffic_engine_rollup_days']],
        ];
    }

    public function testATableThatCannotBeReadIsReplacedByRows(): void
    {
        $this->begin(World::shanghai('readers_s'));
        // Of fingerprints and rows alone, which are not falsified.
        $want = $this->ask($this->questions());
        $this->rollup->call('updateAll');
        $this->installation->usage()->exec('ALTER TABLE daily_user_traffic DROP COLUMN total_upload');
        $this->installation->usage()->exec('ALTER TABLE daily_node_traffic CHANGE node text varchar(50) NOT NULL');
        self::assertNull(Difference::of($want, $this->ask($this->questions())));
    }

    public function testANodeThatWasRenamedIsReadFromRows(): void
    {
        $this->begin(World::shanghai('readers_s'));
        $this->rollup->call('updateAll');
        $usage = $this->installation->usage();
        $usage->exec("UPDATE node SET name = 'gone-node' WHERE id = 4");
        try {
            $asked = [self::call('getNodeTrafficChart', 4, 'month'), self::call('getNodeTrafficChart', 'Tokyo', 'month')];
            $found = $this->ask($asked);
            Rollup::drop($usage);
            self::assertNull(Difference::of($this->ask($asked), $found));
        } finally {
            $usage->exec("UPDATE node SET name = 'Tokyo' WHERE id = 4");
        }
    }

    /** @dataProvider worlds */
    #[DataProvider('worlds')]
    public function testHistoryOfNodesSurvivesTheMerge(World $world): void
    {
        $this->begin($world);
        $this->rollup->call('updateAll');
        $asked = [];
        foreach ([1, 4, 5, 20, 30, 'gone-node', '9abc', 'TOKYO'] as $node) {
            array_push($asked, self::call('getNodeTrafficChart', $node, 'month'), self::call('getNodeTrafficChart', $node, 'all'));
        }
        array_push($asked, self::call('getNodeDetails', 1), self::call('getNodeDetails', 4));
        for ($user = 3; $user < 40; $user += 3) {
            array_push($asked, self::call('getUserTrafficChart', $user, 'month'), self::call('getUserDetails', $user));
        }
        $before = $this->ask($asked);
        self::assertGreaterThan(2, count($before[0]['labels']), 'there is something to be kept');
        foreach ([1, 2, 6, 7, 14, 29] as $day) {
            $this->rows->merge($world->date($day));
            $this->rollup->call('updateAll');
        }
        self::assertNull(Difference::of($before, $this->ask($asked)));
    }

    /** @dataProvider worlds */
    #[DataProvider('worlds')]
    public function testTablesAndRowsGiveTheSameSumsAfterAnyHistory(World $world): void
    {
        $this->begin($world);
        mt_srand(9 + 1_000 * (int) getenv('TRAFFIC_ENGINE_TEST_SEED'));
        for ($round = 0; $round < 4; $round++) {
            $this->rows->merge($world->date(mt_rand(1, 3)));
            $this->rows->delete(static fn (array $row): bool => mt_rand(0, 29) === 0);
            for ($row = 0; $row < 30; $row++) {
                $this->rows->add(3 * mt_rand(1, 12), $world->midnight(mt_rand(0, 33)) + mt_rand(0, 80_000), mt_rand(0, 99), mt_rand(0, 999), 'Tokyo');
            }
            // Some days are left as they were, and read from rows.
            $this->rollup->days(mt_rand(1, 40));
            $fromTables = $this->ask($this->questions());
            $usage = $this->installation->usage();
            $usage->exec('RENAME TABLE traffic_engine_rollup_days TO hidden');
            $fromRows = $this->ask($this->questions());
            $usage->exec('RENAME TABLE hidden TO traffic_engine_rollup_days');
            foreach ($this->questions() as $at => ['function' => $function]) {
                if (!str_contains($function, 'Node')) {
                    self::assertNull(
                        Difference::of(self::withoutNodes($fromRows[$at]), self::withoutNodes($fromTables[$at])),
                        "$function in round $round",
                    );
                }
            }
        }
    }

    public static function worlds(): array
    {
        return [
            'Shanghai' => [World::shanghai('readers_s')],
            'a day of 25 hours' => [World::newYork('readers_n')],
            'a day that skips half an hour' => [World::lordHowe('readers_l')],
        ];
    }

    private function begin(World $world): void
    {
        $this->world = $world;
        $this->installation = Installation::of($world);
        $this->installation->configure();
        $this->installation->clearActivityLog();
        $this->rollup = new Rollup($this->installation);
        $this->rollup->create();
        $this->rows = new UsageRows($this->installation);
    }

    /** Makes what is read from the tables tell itself from what is read from rows. */
    private function falsify(): void
    {
        $usage = $this->installation->usage();
        $usage->exec('UPDATE daily_user_traffic SET total_upload = total_upload + 5000000000');
        $usage->exec('UPDATE daily_node_traffic SET total_upload = total_upload + 5000000000');
        $usage->exec("UPDATE traffic_engine_rollup_days SET fingerprint = '1:5000000000000000000:0:0' WHERE date = '{$this->world->date(9)}'");
    }

    private function questions(): array
    {
        [$world, $now] = [$this->world, $this->world->now];
        return [
            self::call('getUserTrafficChart', 3, 'month'),
            self::call('getUserTrafficChart', 6, 'all'),
            self::call('getUserTrafficChart', 9, 'custom', $world->date(12), $world->date(3)),
            self::call('getUserTrafficChart', 9, 'time_range', null, null, $now - 100_000, $now),
            self::call('getNodeTrafficChart', 1, 'month'),
            self::call('getNodeTrafficChart', 4, 'custom', $now - 1_300_000, $now),
            self::call('getNodeTrafficChart', 'gone-node', 'all'),
            self::call('getDayTraffic', []),
            self::call('getDayTraffic', ['sid' => 508, 'start' => $world->date(20)]),
            self::call('getUserDetails', 3),
            self::call('getNodeDetails', 4),
            self::call('getHistoricalPeakTraffic'),
            self::call('getLiveStats'),
        ];
    }

    private static function call(string $function, mixed ...$arguments): array
    {
        return ['function' => $function, 'arguments' => $arguments];
    }

    /** @return list<mixed> */
    private function ask(array $calls, int $secondsLater = 0, array $settings = []): array
    {
        $answers = (new Php($this->installation, false, $settings, $secondsLater))->ask($calls);
        foreach ($answers as $answer) {
            self::assertArrayNotHasKey('throws', $answer, $answer['throws'] ?? '');
            self::assertSame([], $answer['problems']);
        }
        return array_map(self::withoutMoment(...), array_column($answers, 'result'));
    }

    private static function withoutMoment(mixed $answer): mixed
    {
        return is_array($answer) ? array_diff_key($answer, ['last_updated' => 0]) : $answer;
    }

    /** A chart without what a merge takes away from rows and not from tables. */
    private static function withoutNodes(mixed $answer): mixed
    {
        return is_array($answer) ? array_diff_key($answer, ['nodes' => 0]) : $answer;
    }
}
