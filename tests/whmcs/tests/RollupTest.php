<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;
use TrafficEngine\Whmcs\Tests\Model\Calendar;
use TrafficEngine\Whmcs\Tests\Model\Nodes;
use TrafficEngine\Whmcs\Tests\Model\Rollups;

/** Pre-aggregates that plain PHP writes, held against plain loops over the rows there were at each run. */
final class RollupTest extends TestCase
{
    private Installation $installation;
    private Rollup $rollup;
    private UsageRows $rows;
    private Rollups $model;

    /** @dataProvider worlds */
    #[DataProvider('worlds')]
    public function testTablesHoldTheSumsOfTheRows(World $world): void
    {
        $this->begin($world);
        $this->update('the first time');
        $this->update('with nothing changed');
        $this->rows->add(3, $world->now - 5, 7, 8, 'Tokyo');
        $this->rows->add(3, $world->midnight(2), 7, 8, '3');
        $this->rows->add(77_777, $world->midnight(20) + 80_000, 1, 2, 'new-node');
        $this->rows->add(3, $world->midnight() - 1, 0, 0, '999');
        $this->update('with rows that came late');
        self::assertGreaterThan(0, $this->rows->delete(static fn (array $row): bool => $row['user_id'] % 5 === 0));
        $this->update('with rows deleted');
        self::assertGreaterThan(0, $this->rows->delete(static fn (array $row): bool => $row['t'] < $world->midnight(60)));
        $this->update('with days deleted');
    }

    /** @dataProvider worlds */
    #[DataProvider('worlds')]
    public function testAMergeKeepsTheDetailOfNodesAndHours(World $world): void
    {
        $this->begin($world);
        [$yesterday, $before] = [$world->date(1), $world->date(2)];
        $noon = $world->midnight(1) + 43_200;
        $this->rows->add(6, $noon, 100, 1_000, 'Tokyo');
        $this->rows->add(9, $noon + 60, 200, 2_000, '1');
        $this->update('before the merge');
        $this->rows->merge($yesterday);
        $this->rows->merge($before);
        $this->update('after the merge');
        self::assertNotSame([], array_filter($this->rollup->tables()['nodes'], static fn (array $row): bool => $row[0] === $yesterday));
        $this->rows->add(6, $noon + 120, 300, 3_000, 'Tokyo');
        $this->rows->add(12, $noon + 180, 400, 4_000, 'gone-node');
        $this->update('with rows that came after the merge');
        $this->rows->merge($yesterday);
        $this->update('after the second merge');
        $this->rows->add(12, $noon + 240, 500, 5_000, 'gone-node');
        $this->update('with more of them');
        $this->rows->delete(static fn (array $row): bool => $row['d'] === 5_000);
        $this->update('with these deleted, which no merge took away');
        $this->rows->delete(static fn (array $row): bool => $row['node'] === 'DAY' && $row['user_id'] === 9);
        $this->update('with a merged day deleted');
    }

    /** @dataProvider worlds */
    #[DataProvider('worlds')]
    public function testAnyHistoryOfChangesIsFollowed(World $world): void
    {
        $this->begin($world);
        mt_srand(strlen($world->zone) + 1_000 * (int) getenv('TRAFFIC_ENGINE_TEST_SEED'));
        for ($round = 1; $round <= 8; $round++) {
            for ($change = mt_rand(1, 4); $change > 0; $change--) {
                $this->changeSomething($world);
            }
            $this->update("round $round");
        }
    }

    public static function worlds(): array
    {
        return [
            'Shanghai' => [World::shanghai('rollup_s')],
            'a day of 25 hours' => [World::newYork('rollup_n')],
            'a day that skips half an hour' => [World::lordHowe('rollup_l')],
        ];
    }

    public function testNothingIsWrittenWhereNothingChanged(): void
    {
        $world = World::shanghai('rollup_s');
        $this->begin($world);
        $this->update('the first time');
        $usage = $this->installation->usage();
        $usage->exec("UPDATE daily_user_traffic SET updated_at = '2001-01-01 00:00:00', total_upload = total_upload");
        $usage->exec("UPDATE daily_node_traffic SET updated_at = '2001-01-01 00:00:00', total_upload = total_upload");
        $ids = $this->nextIds();
        $this->rows->add(3, $world->now - 5, 7, 8, 'Tokyo');
        $this->rows->add(120, $world->now - 5, 7, 8, 'Tokyo');
        $this->update('with one user more and one changed');
        $changed = static fn (string $table): array => [
            $usage->query("SELECT COUNT(*) FROM $table WHERE updated_at > '2002-01-01'")->fetchColumn(),
            $usage->query("SELECT COUNT(*) FROM $table WHERE created_at < '2002-01-01'")->fetchColumn(),
        ];
        self::assertEquals([2, 0], $changed('daily_user_traffic'));
        self::assertEquals([1, 0], $changed('daily_node_traffic'));
        [$users, $nodes, $hours] = $this->nextIds();
        self::assertSame([$ids[0] + 1, $ids[1], $ids[2]], [$users, $nodes, $hours], 'ids are used up by new rows alone');
    }

    public function testARunThatIsOutOfTimeLeavesTheRestToTheNext(): void
    {
        $world = World::shanghai('rollup_s');
        $this->begin($world);
        $left = $this->rollup->days(3);
        self::assertSame(3, count(array_unique(array_column($this->rollup->tables()['users'], 0))));
        self::assertSame($world->date(), $this->rollup->tables()['users'][count($this->rollup->tables()['users']) - 1][0], 'today comes first');
        self::assertSame($left - 10, $this->rollup->days(10));
        $this->update('with the rest');
    }

    public function testOneDayCanBeSummed(): void
    {
        $world = World::shanghai('rollup_s');
        $this->begin($world);
        $this->rollup->call('update', $world->date(7));
        self::assertSame([$world->date(7)], array_values(array_unique(array_column($this->rollup->tables()['users'], 0))));
        $this->rollup->call('backfill', $world->date(9), $world->date(5));
        self::assertSame(5, count(array_unique(array_column($this->rollup->tables()['users'], 0))));
        $this->installation->usage()->exec('UPDATE daily_user_traffic SET total_upload = 1');
        $this->rollup->call('backfill', $world->date(9), $world->date(5));
        self::assertSame([1], array_values(array_unique(array_column($this->rollup->tables()['users'], 2))), 'their rows did not change');
        $this->rollup->call('backfill', null, null, true);
        $this->update('after all were summed by force');
    }

    public function testANodeThatIsRenamedIsAnotherOne(): void
    {
        $world = World::shanghai('rollup_s');
        $this->begin($world);
        $this->update('the first time');
        $usage = $this->installation->usage();
        $usage->exec("UPDATE node SET name = 'gone-node' WHERE id = 4");
        try {
            $this->model->rename(new Nodes(array_map(
                static fn (array $node): array => $node['id'] === 4 ? ['name' => 'gone-node'] + $node : $node,
                $world->nodes,
            )));
            $this->update('after a node was renamed');
            $this->rows->add(3, $world->midnight(1) + 60, 1, 2, 'gone-node');
            $this->update('with a row of it');
            $this->rows->merge($world->date(1));
            $this->update('after the merge');
        } finally {
            $usage->exec("UPDATE node SET name = 'Tokyo' WHERE id = 4");
        }
    }

    public function testAnotherZoneHasOtherDays(): void
    {
        $world = World::shanghai('rollup_s');
        $this->begin($world);
        $this->rows->merge($world->date(1));
        $this->update('in the first zone');
        $zone = 'Asia/Kathmandu';
        $this->rollup = new Rollup($this->installation, ['date.timezone' => $zone]);
        self::assertSame('Asia/Shanghai', $this->rollup->call('status')['zone']);
        $users = $this->rollup->tables()['users'];
        $this->model = new Rollups(new Calendar($zone, $world->now), new Nodes($world->nodes));
        $this->model->keepUsers($users);
        $this->update('in another zone');
        $names = new Rollup($this->installation, ['date.timezone' => 'Asia/Katmandu']);
        $names->call('updateAll');
        self::assertSame($zone, $names->call('status')['zone'], 'the same zone by an older name');
        self::assertSame($zone, $this->rollup->call('status')['zone']);
    }

    public function testWhatIsTooOldIsDeleted(): void
    {
        $world = World::shanghai('rollup_s');
        $this->begin($world);
        $old = $world->midnight(400);
        $this->rows->add(3, $old, 1, 2, 'Tokyo');
        $this->rows->add(3, $old - 1, 3, 4, 'Tokyo');
        $this->rows->add(3, $world->midnight(90), 5, 6, 'Tokyo');
        $this->rows->add(3, $world->midnight(90) - 1, 7, 8, 'Tokyo');
        $this->rollup->call('updateAll');
        [$first, $before] = [$world->date(400), $world->date(401)];
        $kept = $this->rollup->tables();
        self::assertSame($first, $kept['users'][0][0], 'older days are not summed');
        self::assertSame($world->midnight(90), $kept['hours'][0][0], 'nor older hours');
        $this->rollup->call('backfill', $before, $before);
        $usage = $this->installation->usage();
        $usage->exec("INSERT INTO hourly_stats (hour_timestamp) VALUES ({$world->midnight(92)}), ({$world->midnight(400)})");
        $usage->exec("INSERT INTO traffic_engine_rollup_nodes VALUES ('$before', 'x', 1, 2, 3, 4)");
        self::assertSame($before, $this->rollup->tables()['users'][0][0]);
        self::assertSame(6, $this->rollup->call('prune'));
        self::assertSame($kept, $this->rollup->tables());
        self::assertSame(0, $this->rollup->call('prune'));
        self::assertSame($first, $this->rollup->call('status')['first_day']);
    }

    public function testManyUsersTakeLittleMemory(): void
    {
        $world = World::shanghai('rollup_s');
        $this->begin($world);
        $usage = $this->installation->usage();
        $usage->exec("INSERT INTO user_usage (user_id, t, u, d, node, count_rate) SELECT users.seq, {$world->midnight(2)} + 3600 * hours.seq, 1, 2,"
            . " CONCAT('n', hours.seq), 1 FROM seq_1_to_45000 users JOIN seq_1_to_3 hours");
        $rollup = new Rollup($this->installation, ['memory_limit' => '48M']);
        self::assertSame(0, $rollup->call('updateAll'));
        $usage->exec("UPDATE user_usage SET d = d + 1 WHERE t >= {$world->midnight(2)} AND t < {$world->midnight(1)}");
        self::assertSame(0, $rollup->call('updateAll'));
        $sums = $usage->query("SELECT COUNT(*), SUM(unique_nodes = 3 AND usage_records = 3 AND total_traffic = 12) FROM daily_user_traffic"
            . " WHERE date = '{$world->date(2)}' AND user_id > 1000")->fetch(\PDO::FETCH_NUM);
        self::assertEquals([44_000, 44_000], $sums);
    }

    public function testASumThatDoesNotFitNamesItsDayAndUser(): void
    {
        $world = World::shanghai('rollup_s');
        $this->begin($world);
        $this->rollup->call('updateAll');
        $this->model->update($this->rows->all());
        $before = $this->rollup->tables();
        foreach ([5_000_000_000_000_000_000, 4_500_000_000_000_000_000] as $bytes) {
            $this->rows->add(3, $world->midnight(3) + 60, 0, $bytes, 'Tokyo');
        }
        try {
            $this->rollup->call('update', $world->date(3));
            self::fail('the sums were written');
        } catch (\RuntimeException $failure) {
            self::assertStringContainsString("user 3 on {$world->date(3)}", $failure->getMessage());
        }
        self::assertSame($before, $this->rollup->tables());
        $this->rows->add(3, $world->midnight(5) + 60, 1, 2, 'Tokyo');
        try {
            $this->rollup->call('updateAll');
            self::fail('nobody was told');
        } catch (\RuntimeException $failure) {
            self::assertStringContainsString("user 3 on {$world->date(3)}", $failure->getMessage());
        }
        self::assertNotSame($before, $this->rollup->tables(), 'other days are summed');
        $this->rows->delete(static fn (array $row): bool => $row['d'] > 4_000_000_000_000_000_000);
        $this->update('with rows that fit');
    }

    private function begin(World $world): void
    {
        $this->installation = Installation::of($world);
        $this->installation->configure();
        $this->rollup = new Rollup($this->installation);
        $this->rollup->create();
        $this->rows = new UsageRows($this->installation);
        $this->model = new Rollups(new Calendar($world->zone, $world->now), new Nodes($world->nodes));
    }

    private function update(string $when): void
    {
        $this->model->update($this->rows->all());
        self::assertSame(0, $this->rollup->call('updateAll'));
        $want = $this->model->tables();
        foreach ($this->rollup->tables() as $table => $rows) {
            self::assertNull(Difference::of($want[$table], $rows), "$table $when");
        }
    }

    private function changeSomething(World $world): void
    {
        $day = mt_rand(0, 4);
        $length = ($day === 0 ? $world->now : $world->midnight($day - 1)) - $world->midnight($day);
        match (mt_rand(0, 5)) {
            0 => $this->rows->merge($world->date(max(1, $day))),
            1 => $this->rows->delete(static fn (array $row): bool => mt_rand(0, 19) === 0),
            2 => $this->rows->delete(static fn (array $row): bool => $row['node'] === 'DAY' && mt_rand(0, 9) === 0),
            default => $this->addRows($world, $day, $length),
        };
    }

    private function addRows(World $world, int $day, int $length): void
    {
        for ($row = 0; $row < 20; $row++) {
            $node = ['Tokyo', '1', '001', 'gone-node', 'x ', 'tokyo', '7 '][mt_rand(0, 6)];
            $this->rows->add(3 * mt_rand(1, 12), $world->midnight($day) + mt_rand(0, $length - 1), mt_rand(0, 99), mt_rand(0, 999), $node);
        }
    }

    /** @return list<int> */
    private function nextIds(): array
    {
        $usage = $this->installation->usage();
        return array_map(static function (string $table) use ($usage): int {
            $text = $usage->query("SHOW CREATE TABLE $table")->fetch(\PDO::FETCH_NUM)[1];
            return preg_match('/AUTO_INCREMENT=(\d+)/', $text, $found) === 1 ? (int) $found[1] : 1;
        }, ['daily_user_traffic', 'daily_node_traffic', 'hourly_stats']);
    }
}
