<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PDO;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use TrafficEngine\Whmcs\Tests\Model\Calendar;
use TrafficEngine\Whmcs\Tests\Model\Nodes;
use TrafficEngine\Whmcs\Tests\Model\Rollups;

/** Runs of the pre-aggregation that are killed, refused, kept waiting or not alone. */
final class RollupFaultsTest extends TestCase
{
    private const KILLS = 8;
    private const FIRST_CHANGE = 'ALTER TABLE daily_node_traffic'
        . ' ADD COLUMN node varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL AFTER node_id, DROP KEY unique_node_date';

    private World $world;
    private Installation $installation;
    private Rollup $rollup;
    private UsageRows $rows;
    private Rollups $model;
    private PDO $usage;

    protected function setUp(): void
    {
        $this->world = World::shanghai('rollup_faults');
        $this->installation = Installation::of($this->world);
        $this->installation->configure();
        $this->installation->clearActivityLog();
        $this->usage = $this->installation->usage();
        $this->rollup = new Rollup($this->installation);
        $this->rollup->create();
        $this->rows = new UsageRows($this->installation);
        $this->model = new Rollups(new Calendar($this->world->zone, $this->world->now), new Nodes($this->world->nodes));
    }

    /** @dataProvider runs */
    #[DataProvider('runs')]
    public function testAKilledRunLosesNothing(string $method, mixed ...$arguments): void
    {
        mt_srand(7 + 1_000 * (int) getenv('TRAFFIC_ENGINE_TEST_SEED'));
        $this->fillOldDays();
        $this->update('at first');
        $this->rows->merge($this->world->date(1));
        $this->rows->merge($this->world->date(6));
        for ($kill = 0; $kill < self::KILLS; $kill++) {
            $this->rows->add(3 * mt_rand(1, 30), $this->world->midnight(mt_rand(0, 60)) + 5, 1, mt_rand(1, 999), 'Tokyo');
            $process = $this->start($method, ...$arguments);
            usleep(mt_rand(60_000, 400_000));
            $process->kill();
            self::assertSame([], $this->tornDays(), "after kill $kill");
        }
        $this->rollup->call('prune');
        $this->update('after all');
        $old = $this->world->date(401);
        self::assertSame([[0, 0]], $this->usage->query("SELECT (SELECT COUNT(*) FROM daily_user_traffic WHERE date <= '$old'),"
            . " (SELECT COUNT(*) FROM traffic_engine_rollup_nodes WHERE date <= '$old')")->fetchAll(PDO::FETCH_NUM));
    }

    public static function runs(): array
    {
        return ['update' => ['updateAll'], 'backfill' => ['backfill', null, null, true], 'prune' => ['prune']];
    }

    public function testRunsAtOnceAgree(): void
    {
        for ($round = 0; $round < 4; $round++) {
            for ($day = 0; $day < 9; $day++) {
                $this->rows->add(3 * $day + 3, $this->world->midnight($day) + 60 + $round, $round, 1_000 + $day, 'Tokyo');
            }
            $processes = [$this->start('updateAll'), $this->start('updateAll'), $this->start('backfill', null, null, true), $this->start('prune')];
            $this->rows->merge($this->world->date($round + 1));
            foreach ($processes as $process) {
                $process->wait();
                $answer = unserialize($process->output())[0];
                self::assertArrayNotHasKey('throws', $answer, $answer['throws'] ?? '');
            }
            self::assertSame(0, $this->rollup->call('updateAll'));
            // Whether detail was seen before it was merged is up to who came first; sums are not.
            self::assertSame([], $this->tornDays());
            $this->assertUsersAreOfRows();
        }
    }

    /** @dataProvider rights */
    #[DataProvider('rights')]
    public function testWithoutTheRightsNothingIsHalfDone(string $rights, string $andOf): void
    {
        $this->update('at first');
        $this->rows->merge($this->world->date(1));
        $this->rows->add(3, $this->world->midnight(1) + 3, 1, 2, 'Tokyo');
        $before = $this->rollup->tables();
        $this->rollup->grant($rights);
        $user = $this->installation->databaseUser();
        foreach (array_filter(explode(' ', $andOf)) as $table) {
            $this->usage->exec("GRANT SELECT, INSERT, UPDATE, DELETE ON $table TO '$user'@'%'");
        }
        try {
            $this->assertFails('updateAll', 'may not do this');
        } finally {
            foreach (array_filter(explode(' ', $andOf)) as $table) {
                $this->usage->exec("REVOKE SELECT, INSERT, UPDATE, DELETE ON $table FROM '$user'@'%'");
            }
        }
        self::assertSame($before, $this->rollup->tables());
        $this->rollup->grant('ALL');
        $this->update('with the rights again');
    }

    public static function rights(): array
    {
        return [
            'reading only' => ['SELECT', ''],
            'not the table of nodes' => [
                'SELECT',
                'traffic_engine_rollup_state traffic_engine_rollup_days traffic_engine_rollup_nodes daily_user_traffic hourly_stats',
            ],
            'not what is known of days' => ['SELECT', 'traffic_engine_rollup_state daily_user_traffic daily_node_traffic hourly_stats'],
        ];
    }

    public function testAServerThatOnlyReadsIsSaidToBeOne(): void
    {
        $this->update('at first');
        $before = $this->rollup->tables();
        $this->rows->add(3, $this->world->now, 1, 2, 'Tokyo');
        Servers::connect()->exec('SET GLOBAL read_only = 1');
        try {
            $this->assertFails('updateAll', 'takes no changes');
            $this->assertFails('prune', 'takes no changes');
            $this->assertFails('createTables', 'takes no changes');
        } finally {
            Servers::connect()->exec('SET GLOBAL read_only = 0');
        }
        self::assertSame($before, $this->rollup->tables());
        $this->update('when it may be written');
    }

    public function testATableThatIsFullIsSaidToBeSo(): void
    {
        // The engine MEMORY has tables with a size; they know no transactions, so that something stays half done.
        $this->usage->exec('SET SESSION max_heap_table_size = 16384');
        $this->usage->exec('ALTER TABLE daily_user_traffic ENGINE = MEMORY');
        $this->assertFails('updateAll', 'make room');
        $this->usage->exec('ALTER TABLE daily_user_traffic ENGINE = InnoDB');
        $this->update('with room');
    }

    /** @dataProvider locks */
    #[DataProvider('locks')]
    public function testWhatOthersHoldLockedIsNotWaitedForForEver(string $lock): void
    {
        $this->update('at first');
        $this->rows->add(3, $this->world->now, 1, 2, 'Tokyo');
        $other = $this->installation->usage();
        $other->exec('START TRANSACTION');
        $other->query($lock);
        $started = hrtime(true);
        $this->assertFails('updateAll', 'holding a lock');
        self::assertLessThan(20, (hrtime(true) - $started) / 1e9);
        $other->exec('ROLLBACK');
        $other->exec('UNLOCK TABLES');
        $this->update('when it is free');
    }

    public static function locks(): array
    {
        return [
            'by a transaction' => ['SELECT * FROM traffic_engine_rollup_state FOR UPDATE'],
            'a table' => ['LOCK TABLES daily_node_traffic WRITE'],
        ];
    }

    /** @dataProvider olderForms */
    #[DataProvider('olderForms')]
    public function testOlderFormsAreConvertedAndKeepTheirSums(string $nodeId, array $inserts, array $halfway, array $want, array $nodes): void
    {
        $current = $this->form();
        for ($steps = 0; $steps <= count($halfway); $steps++) {
            Rollup::drop($this->usage);
            $this->usage->exec("CREATE TABLE daily_node_traffic (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, node_id $nodeId, date date NOT NULL,"
                . ' total_upload bigint DEFAULT 0, total_download bigint DEFAULT 0, total_traffic bigint DEFAULT 0, unique_users int DEFAULT 0,'
                . ' usage_records int DEFAULT 0, created_at timestamp DEFAULT CURRENT_TIMESTAMP,'
                . ' updated_at timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, UNIQUE KEY unique_node_date (node_id, date),'
                . ' KEY idx_date (date), KEY idx_node_id (node_id), KEY idx_traffic (total_traffic)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4');
            foreach ($inserts as $node) {
                $this->usage->prepare('INSERT INTO daily_node_traffic (node_id, date, total_upload) VALUES (?, ?, 7)')
                    ->execute([$node, $this->world->date(30)]);
            }
            // A run that was killed after so many of its changes.
            foreach (array_slice($halfway, 0, $steps) as $change) {
                $this->usage->exec($change);
            }
            self::assertFalse($this->rollup->call('status')['ready']);
            $this->rollup->call('createTables');
            $this->rollup->call('createTables');
            self::assertTrue($this->rollup->call('status')['ready']);
            self::assertSame($current, $this->form(), "after $steps steps");
            self::assertSame($want, $this->rollup->rows('node_id, node, total_upload', 'daily_node_traffic', 'id'));
        }
        $this->rollup->call('updateAll');
        $kept = array_filter($this->rollup->tables()['nodes'], fn (array $row): bool => $row[0] === $this->world->date(30) && $row[3] >= 7);
        // Some of these texts are names of nodes, or their ids with zeros.
        self::assertSame([], array_diff($nodes, array_column($kept, 2)), 'a merged day keeps what was seen of it');
    }

    public static function olderForms(): array
    {
        return [
            'of the original' => ['int NOT NULL', ['1', '20', '0', '999'], [
                self::FIRST_CHANGE,
                "UPDATE daily_node_traffic SET node = '1' WHERE node_id = 1",
                'UPDATE daily_node_traffic SET node = CAST(node_id AS CHAR) WHERE node_id > 0',
            ], [[1, '1', 7], [20, '20', 7], [999, '999', 7]], ['1', '20', '8']],
            'of ours' => ['varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL', ['1', 'gone-node', '99', '', '0', '007'], [
                self::FIRST_CHANGE,
                "UPDATE daily_node_traffic SET node = node_id, node_id = IF(node_id = '1', node_id, '0') WHERE node IS NULL",
            ], [[1, '1', 7], [0, 'gone-node', 7], [0, '99', 7], [0, '', 7], [0, '0', 7], [0, '007', 7]], ['1', 'gone-node', '99', '21', '0', '7']],
        ];
    }

    public function testTablesThatAreNotThereOrOfALaterReleaseAreNamed(): void
    {
        $this->usage->exec('UPDATE traffic_engine_rollup_state SET version = 2');
        $this->assertFails('updateAll', 'later release');
        Rollup::drop($this->usage);
        $this->assertFails('updateAll', 'create their tables');
    }

    public function testATableThatWasRemovedIsFilledAgain(): void
    {
        $this->update('at first');
        $this->usage->exec('DROP TABLE daily_user_traffic');
        $this->rollup->call('createTables');
        $this->update('with the table made anew');
    }

    public function testTheCronNeitherConvertsTablesNorChangesTheirZone(): void
    {
        $this->rollup->call('updateAll');
        $before = $this->rollup->tables();
        $elsewhere = new Rollup($this->installation, ['date.timezone' => 'UTC']);
        $elsewhere->cron();
        $elsewhere->cron();
        $log = $this->installation->activityLog();
        self::assertCount(1, $log);
        self::assertStringContainsString('Asia/Shanghai', $log[0]);
        self::assertSame($before, $this->rollup->tables());
        $this->rollup->cron();
        self::assertStringContainsString('again', $this->installation->activityLog()[1]);
        $this->usage->exec('ALTER TABLE daily_node_traffic DROP KEY unique_node_date');
        $this->rollup->cron();
        self::assertStringContainsString('older form', $this->installation->activityLog()[2]);
    }

    private function start(string $method, mixed ...$arguments): Process
    {
        $call = ['class' => 'harness', 'function' => 'harness_rollup', 'arguments' => [$method, ...$arguments]];
        return (new Php($this->installation))->start([Php::HARNESS . '/ask.php'], serialize([$call]));
    }

    /** Days of long ago, so many that deleting them takes a while. */
    private function fillOldDays(): void
    {
        $sequence = 'FROM seq_1_to_300 days JOIN seq_1_to_200 ids';
        $date = "DATE_SUB('{$this->world->date(401)}', INTERVAL days.seq DAY)";
        $this->usage->exec("INSERT INTO daily_user_traffic (user_id, date, total_upload) SELECT ids.seq, $date, 1 $sequence");
        $this->usage->exec("INSERT INTO traffic_engine_rollup_nodes SELECT $date, ids.seq, 1, 1, 1, 1 $sequence");
    }

    /** @return list<list<mixed>> days of which the sums are not those they are said to be */
    private function tornDays(): array
    {
        $part = static fn (int $at): string => "CAST(SUBSTRING_INDEX(SUBSTRING_INDEX(fingerprint, ':', $at), ':', -1) AS DECIMAL(39))";
        $sum = $part(2) . ' + ' . $part(3);
        return $this->usage->query("SELECT date, fingerprint, bytes FROM traffic_engine_rollup_days"
            . ' LEFT JOIN (SELECT date, SUM(total_traffic) AS bytes FROM daily_user_traffic GROUP BY date) sums USING (date)'
            . " WHERE fingerprint <> '' AND COALESCE(bytes, 0) <> $sum")->fetchAll(PDO::FETCH_NUM);
    }

    private function assertUsersAreOfRows(): void
    {
        $calendar = new Calendar($this->world->zone, $this->world->now);
        $want = [];
        foreach ($this->rows->all()->by(static fn (array $row): string => $calendar->date($row['t'])) as $date => $day) {
            foreach ($day->by(static fn (array $row): int => $row['user_id']) as $user => $rows) {
                $want[] = [$date, $user, $rows->upload(), $rows->download()];
            }
        }
        self::assertNull(Difference::of($want, $this->rollup->rows('date, user_id, total_upload, total_download', 'daily_user_traffic', '1, 2')));
    }

    private function assertFails(string $method, string $words): void
    {
        try {
            $this->rollup->call($method);
        } catch (RuntimeException $failure) {
            self::assertStringContainsString($words, $failure->getMessage());
            self::assertDoesNotMatchRegularExpression('/SQLSTATE|SELECT|INSERT|reader_|127\.0\.0\.1/', $failure->getMessage());
            return;
        }
        self::fail("$method did what it may not");
    }

    private function update(string $when): void
    {
        $this->model->update($this->rows->all());
        self::assertSame(0, $this->rollup->call('updateAll'));
        $found = $this->rollup->tables();
        $isKept = fn (array $row): bool => $row[0] > $this->world->date(401);
        $found['users'] = array_values(array_filter($found['users'], $isKept));
        foreach ($this->model->tables() as $table => $want) {
            self::assertNull(Difference::of($want, $found[$table]), "$table $when");
        }
    }

    private function form(): string
    {
        $text = (string) $this->usage->query('SHOW CREATE TABLE daily_node_traffic')->fetchColumn(1);
        $lines = preg_split('/,?\n/', (string) preg_replace('/ AUTO_INCREMENT=\d+/', '', $text));
        sort($lines);
        return implode("\n", $lines);
    }
}
