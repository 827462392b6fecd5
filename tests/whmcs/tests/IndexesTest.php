<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PDO;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** Indexes are planned on sight, and made, measured and dropped when an admin asks, by either backend alike. */
final class IndexesTest extends TestCase
{
    private const WANTED = [
        'idx_user_sid' => 'user sid',
        'idx_user_uuid' => 'user uuid',
        'idx_user_usage_large_data' => 'user_usage t user_id node u d',
        'idx_user_usage_user_time' => 'user_usage user_id t',
    ];
    /** What the original makes beside them. */
    private const REDUNDANT = [
        'idx_user_usage_node_time' => 'user_usage (node, t)',
        'idx_user_usage_time_traffic' => 'user_usage (t, u, d)',
        'idx_user_enable' => 'user (enable)',
        'idx_node_name' => 'node (name)',
        'idx_node_id_name' => 'node (id, name)',
        'idx_user_enable_transfer' => 'user (enable, transfer_enable, u, d)',
    ];
    private const PAGES = ['', 'real_time', 'node_stats', 'user_rankings', 'service_search', 'engine_status'];
    private static Installation $installation;

    public static function setUpBeforeClass(): void
    {
        self::$installation = Installation::of(World::shanghai('indexed'));
        $usage = self::$installation->usage();
        // Enough of each for an index to be worth its while.
        $usage->exec("INSERT INTO user (uuid, u, d, transfer_enable, created_at, updated_at, sid)
            SELECT UUID(), 0, 0, 1e12, 1700000000, 0, 100000 + seq FROM seq_1_to_1500");
        $usage->exec("INSERT INTO user_usage (user_id, t, u, d, node)
            SELECT 200 + seq % 1500, 1755673445 - seq * 20, seq, 2 * seq, 1 + seq % 5 FROM seq_1_to_100000");
    }

    protected function setUp(): void
    {
        foreach (self::indexes() as $name => $columns) {
            $quoted = '`' . str_replace('`', '``', $name) . '`';
            self::$installation->usage()->exec("DROP INDEX $quoted ON " . strtok($columns, ' '));
        }
        self::$installation->configure();
        self::$installation->clearActivityLog();
        self::grant('SELECT, INDEX');
    }

    /** @dataProvider backends */
    #[DataProvider('backends')]
    public function testAViewLacksNoIndex(bool $withExtension): void
    {
        $usage = self::$installation->usage();
        foreach (['user', 'user_usage'] as $table) {
            $usage->exec("RENAME TABLE $table TO base_$table");
            $usage->exec("CREATE VIEW $table AS SELECT * FROM base_$table");
        }
        try {
            self::assertTrue(self::ask($withExtension, 'createPerformanceIndexes'));
            self::assertSame([], preg_grep('/index/i', self::$installation->activityLog()));
            self::assertStringContainsString('No index is missing', self::site($withExtension)->get(['action' => 'engine_status'])->body);
        } finally {
            foreach (['user', 'user_usage'] as $table) {
                $usage->exec("DROP VIEW $table");
                $usage->exec("RENAME TABLE base_$table TO $table");
            }
        }
    }

    /** @dataProvider backends */
    #[DataProvider('backends')]
    public function testWhatIsMissingIsMadeMeasuredAndUndone(bool $withExtension): void
    {
        $before = self::ask($withExtension, 'getUserTrafficRankings', 'traffic_desc', 'month');
        self::assertTrue(self::ask($withExtension, 'createPerformanceIndexes'));
        self::assertSame(self::WANTED, self::indexes());
        self::assertTrue(self::ask($withExtension, 'createPerformanceIndexes'), 'all are there');
        self::assertSame($before, self::ask($withExtension, 'getUserTrafficRankings', 'traffic_desc', 'month'));

        $site = self::site($withExtension);
        $report = self::status($site)['index_report'];
        self::assertEqualsCanonicalizing(array_keys(self::WANTED), $report['created']);
        self::assertCount(7, $report['measured']);
        foreach ($report['measured'] as $measured) {
            self::assertGreaterThan(0, $measured['before_ms'], $measured['question']);
            self::assertGreaterThan(0, $measured['after_ms'], $measured['question']);
        }
        $page = $site->get(['action' => 'engine_status'])->body;
        self::assertStringContainsString('No index is missing', $page);
        self::assertStringContainsString('Today&apos;s top 100 users', $page);

        self::assertSame('success', self::post($site, 'undo_indexes')['status']);
        self::assertSame([], self::indexes());
        self::assertNull(self::status($site)['index_report']);
        self::assertSame('error', self::post($site, 'undo_indexes')['status'], 'nothing is left to undo');
        self::assertSame('', $site->complaints());
        $site->stop();
        self::assertNothingFellBack();
    }

    /** @dataProvider backends */
    #[DataProvider('backends')]
    public function testThePageShowsThePlanAndLookingChangesNothing(bool $withExtension): void
    {
        self::grant('ALL');
        self::$installation->usage()->exec('CREATE INDEX idx_user_enable ON user (enable)');
        self::$installation->usage()->exec('CREATE INDEX their_own ON user_usage (user_id)');
        $there = self::indexes();
        $site = self::site($withExtension);
        foreach (self::PAGES as $page) {
            $site->get(['action' => $page, 'time_range' => 'month']);
        }
        $page = $site->get(['action' => 'engine_status'])->body;
        $shown = [
            'CREATE INDEX `idx_user_usage_large_data` ON `user_usage` (`t`, `user_id`, `node`, `u`, `d`) ALGORITHM=INPLACE LOCK=NONE',
            'CREATE INDEX `idx_user_sid` ON `user` (`sid`) ALGORITHM=INPLACE LOCK=NONE',
            'DROP INDEX `idx_user_enable` ON `user`',
            'of others',
        ];
        foreach ($shown as $text) {
            self::assertStringContainsString(htmlspecialchars($text), $page);
        }
        self::assertSame(1, substr_count($page, 'name="name"'), 'only what is ours may be dropped');
        self::assertSame($there, self::indexes());
        self::assertSame([], self::$installation->activityLog());
        self::assertSame('', $site->complaints());
        $site->stop();
    }

    /** @dataProvider backends */
    #[DataProvider('backends')]
    public function testOnlyWhatIsOursIsDroppedAndByName(bool $withExtension): void
    {
        foreach (self::REDUNDANT as $name => $columns) {
            self::$installation->usage()->exec("CREATE INDEX $name ON $columns");
        }
        self::$installation->usage()->exec('CREATE INDEX their_own ON user_usage (user_id)');
        self::assertTrue(self::ask($withExtension, 'createPerformanceIndexes'));
        $site = self::site($withExtension);
        foreach (['their_own', 'PRIMARY', 'no_such', ''] as $name) {
            self::assertSame('error', self::post($site, 'drop_index', ['name' => $name])['status'], $name);
        }
        self::assertSame('error', self::post($site, 'drop_index', ['name' => ['idx_user_enable']])['status'], 'a list');
        self::assertCount(11, self::indexes());
        foreach (array_keys(self::REDUNDANT) as $name) {
            self::assertSame('success', self::post($site, 'drop_index', ['name' => $name])['status'], $name);
        }
        self::assertEqualsCanonicalizing(['their_own', ...array_keys(self::WANTED)], array_keys(self::indexes()));
        self::assertSame('', $site->complaints());
        $site->stop();
        self::assertNothingFellBack();
    }

    /** @dataProvider backends */
    #[DataProvider('backends')]
    public function testWhatKeepsAnIndexFromBeingMadeIsSaidAndMended(bool $withExtension): void
    {
        $site = self::site($withExtension);
        self::grant('SELECT');
        self::assertFalse(self::ask($withExtension, 'createPerformanceIndexes'), 'without the right to');
        $said = self::post($site, 'create_indexes');
        self::assertSame('error', $said['status']);
        self::assertStringContainsString('grant it the right (INDEX for indexes)', $said['message']);
        self::assertDoesNotMatchRegularExpression('/SQLSTATE|CREATE |reader_|127\.0\.0\.1/', $said['message']);
        self::grant('SELECT, INDEX');

        $other = self::$installation->usage();
        foreach (['LOCK TABLES user_usage READ', 'LOCK TABLES user_usage WRITE'] as $lock) {
            $other->exec($lock);
            $began = microtime(true);
            $said = self::post($site, 'create_indexes');
            self::assertLessThan(20, microtime(true) - $began, $lock);
            self::assertSame('error', $said['status'], $lock);
            self::assertStringContainsString('holding a lock', $said['message']);
            $other->exec('UNLOCK TABLES');
            self::assertSame([], self::indexes());
        }
        self::assertSame('success', self::post($site, 'create_indexes')['status'], 'a rerun mends it');
        self::assertSame(self::WANTED, self::indexes());
        self::assertSame('', $site->complaints());
        $site->stop();
        self::assertNothingFellBack();
    }

    /** @dataProvider backends */
    #[DataProvider('backends')]
    public function testOfTwoAdminsTheSecondIsTold(bool $withExtension): void
    {
        $usage = self::$installation->usage();
        $usage->exec("SELECT GET_LOCK(CONCAT('traffic_engine_indexes_', MD5(DATABASE())), 0)");
        $site = self::site($withExtension);
        $said = self::post($site, 'create_indexes');
        self::assertSame('error', $said['status']);
        self::assertStringContainsString('somebody else is making the indexes', $said['message']);
        self::assertSame([], self::indexes());
        self::assertNull(self::status($site)['index_report']);
        $site->stop();
    }

    /** @dataProvider backends */
    #[DataProvider('backends')]
    public function testOthersAreNotKeptWaitingUnasked(bool $withExtension): void
    {
        self::$installation->usage()->exec('ALTER TABLE user ENGINE = MyISAM');
        $site = self::site($withExtension);
        $said = self::post($site, 'create_indexes');
        self::$installation->usage()->exec('ALTER TABLE user ENGINE = InnoDB');
        self::assertSame('error', $said['status']);
        self::assertStringContainsString('would have to keep others waiting', $said['message']);
        self::assertSame(['idx_user_usage_large_data', 'idx_user_usage_user_time'], array_keys(self::indexes()), 'what was made before stays');
        self::assertSame('success', self::post($site, 'create_indexes')['status']);
        self::assertSame(self::WANTED, self::indexes());
        $site->stop();
        self::assertNothingFellBack();
    }

    /** @dataProvider backends */
    #[DataProvider('backends')]
    public function testWhatIsBrokenOffIsEndedByARerun(bool $withExtension): void
    {
        $before = self::ask($withExtension, 'getUserTrafficRankings', 'traffic_desc', 'month');
        $user = "'" . self::$installation->databaseUser() . "'@'%'";
        foreach ([0.01, 0.1, 0.3] as $seconds) {
            Servers::connect()->exec("ALTER USER $user WITH MAX_STATEMENT_TIME $seconds");
            self::ask($withExtension, 'createPerformanceIndexes');
            self::assertSame([], array_diff_assoc(self::indexes(), self::WANTED), 'nothing is half done');
        }
        Servers::connect()->exec("ALTER USER $user WITH MAX_STATEMENT_TIME 0");
        // The extension is left alone for a while after it failed.
        self::$installation->configure();
        self::assertTrue(self::ask($withExtension, 'createPerformanceIndexes'));
        self::assertSame(self::WANTED, self::indexes());
        self::assertSame($before, self::ask($withExtension, 'getUserTrafficRankings', 'traffic_desc', 'month'));
    }

    /** @dataProvider backends */
    #[DataProvider('backends')]
    public function testThePageTellsOfAnIndexThatIsBeingMade(bool $withExtension): void
    {
        $site = new Site('fpm', self::$installation, new Php(self::$installation, $withExtension));
        $other = self::$installation->usage();
        $other->exec('LOCK TABLES user_usage READ');
        // On a busy machine a page may take as long as the lock is waited for.
        for ($tries = 3, $isTold = false; $tries > 0 && !$isTold; $tries--) {
            $isTold = self::tellsWhileItIsMade($site);
        }
        $other->exec('UNLOCK TABLES');
        $site->stop();
        self::assertTrue($isTold);
    }

    private static function tellsWhileItIsMade(Site $site): bool
    {
        $making = $site->request('POST', ['action' => 'create_indexes'], ['token' => Site::token()]);
        curl_setopt($making, CURLOPT_RETURNTRANSFER, true);
        $requests = curl_multi_init();
        curl_multi_add_handle($requests, $making);
        $isTold = false;
        do {
            curl_multi_exec($requests, $running);
            usleep(100_000);
            $isTold = $isTold || str_contains($site->get(['action' => 'engine_status'])->body, 'An index is being made');
        } while ($running > 0);
        return $isTold;
    }

    public function testAnExtensionThatFailsLeavesTheWorkToPurePhp(): void
    {
        $tries = Root::folder() . '/tries';
        putenv("WHMCS_ENGINE_TRIES=$tries");
        $php = new Php(self::$installation, false, ['auto_prepend_file' => Php::HARNESS . '/failing_engine.php']);
        $answer = $php->ask([['function' => 'createPerformanceIndexes', 'arguments' => []]])[0];
        self::assertTrue($answer['result'], $answer['throws'] ?? '');
        self::assertSame(self::WANTED, self::indexes());
        self::assertSame("open\n", file_get_contents($tries), 'it is left alone afterwards');
    }

    /** @dataProvider databases */
    #[DataProvider('databases')]
    public function testBothBackendsPlanAlike(array $statements): void
    {
        Php::requireExtension();
        foreach ($statements as $statement) {
            self::$installation->usage()->exec($statement);
        }
        $plans = [];
        foreach ([false, true] as $withExtension) {
            $site = self::site($withExtension);
            $status = self::status($site);
            self::assertSame($withExtension ? 'extension' : 'database', $status['backend']);
            $plans[] = [$status['index_plan'], $status['indexes']];
            $site->stop();
        }
        self::assertIsArray($plans[0][0]);
        self::assertSame($plans[0], $plans[1]);
        self::assertNothingFellBack();
    }

    public static function databases(): array
    {
        $original = array_map(
            static fn (string $name, string $columns): string => "CREATE INDEX $name ON $columns",
            array_keys(self::REDUNDANT),
            self::REDUNDANT,
        );
        return [
            'none' => [[]],
            'those of the original' => [$original],
            'longer ones of others' => [['CREATE INDEX theirs ON user (sid, enable)', 'CREATE UNIQUE INDEX most ON user_usage (t, user_id, node, u, d, id)']],
            'shorter ones of others' => [['CREATE INDEX theirs ON user_usage (t, user_id, node)', 'CREATE INDEX part ON user (uuid(8))']],
            'names that are taken' => [['CREATE INDEX IDX_user_SID ON user (uuid)', 'CREATE INDEX idx_user_sid_te ON user (enable)']],
            'hostile names' => [['CREATE INDEX `x`` ON ``node`` (``name``) --` ON user (remark)', 'CREATE INDEX `IDX_node_name` ON node (name)']],
        ];
    }

    public static function backends(): array
    {
        return ['pure PHP' => [false]] + (Php::hasExtension() ? ['extension' => [true]] : []);
    }

    private static function site(bool $withExtension): Site
    {
        return new Site('builtin', self::$installation, new Php(self::$installation, $withExtension));
    }

    private static function status(Site $site): array
    {
        return $site->get(['action' => 'engine_status', 'format' => 'json'])->json()['data'];
    }

    private static function post(Site $site, string $action, array $form = []): array
    {
        return $site->post(['action' => $action], $form + ['token' => Site::token()])->json();
    }

    private static function ask(bool $withExtension, string $function, mixed ...$arguments): mixed
    {
        $answer = (new Php(self::$installation, $withExtension))->ask([['function' => $function, 'arguments' => $arguments]])[0];
        self::assertArrayNotHasKey('throws', $answer, $answer['throws'] ?? '');
        self::assertSame([], $answer['problems'], $function);
        return $answer['result'];
    }

    /** Answers of pure PHP in place of the extension's would be right, and show nothing. */
    private static function assertNothingFellBack(): void
    {
        self::assertSame([], preg_grep('/extension/', self::$installation->activityLog()));
    }

    private static function grant(string $rights): void
    {
        $database = self::$installation->usageDatabase();
        $user = "'" . self::$installation->databaseUser() . "'@'%'";
        Servers::connect()->exec("REVOKE ALL ON $database.* FROM $user");
        Servers::connect()->exec("GRANT $rights ON $database.* TO $user");
    }

    /** @return array<string, string> table and columns by index */
    private static function indexes(): array
    {
        return self::$installation->usage()->query("SELECT index_name, CONCAT(table_name, ' ', GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ' '))
            FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY'
            GROUP BY table_name, index_name ORDER BY table_name, index_name")->fetchAll(PDO::FETCH_KEY_PAIR);
    }
}
