<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** What the module's notes promise about large data. */
final class LargeDataTest extends TestCase
{
    private const USERS = 45_000;

    /** @dataProvider backends */
    #[DataProvider('backends')]
    public function test45000UsersFitIntoTheMemoryOfTheNotes(bool $withExtension, array $call): void
    {
        if ($withExtension) {
            Php::requireExtension();
        }
        $installation = self::large();
        $script = Root::folder() . '/large-' . bin2hex(random_bytes(4)) . '.php';
        file_put_contents($script, '<?php require getenv("WHMCS_HARNESS") . "/whmcs.php"; require getenv("WHMCS_HARNESS") . "/addon.php";
            harness_load_addon(); $call = ' . var_export($call, true) . ';
            $it = isset($call["class"]) ? [new $call["class"](...$call["construct"]), $call["function"]] : $call["function"];
            $rows = 0; foreach ($it(...$call["arguments"]) as $row) { $rows += isset($row["user_id"]) ? 1 : count($row); }
            echo $rows, " ", memory_get_peak_usage();');
        [$status, $output, $errors] = (new Php($installation, $withExtension, ['memory_limit' => '100M']))->run([$script]);
        self::assertSame([0, ''], [$status, $errors], $output);
        [$rows, $bytes] = explode(' ', $output);
        self::assertSame(self::USERS + 40, (int) $rows);
        self::assertLessThan(100_000_000, (int) $bytes);
    }

    public static function backends(): iterable
    {
        $processor = ['class' => 'V2RaySocksLargeDataProcessor', 'construct' => [5000, 80]];
        $calls = [
            'getUserTrafficRankings' => ['function' => 'v2raysocks_traffic_getUserTrafficRankings', 'arguments' => ['traffic_desc', 'month']],
            'Optimized' => ['function' => 'v2raysocks_traffic_getUserTrafficRankingsOptimized', 'arguments' => ['traffic_desc', 'month']],
            'processor' => $processor + ['function' => 'processUserRankingsBatch', 'arguments' => ['traffic_desc', 'month', PHP_INT_MAX, 0, 2_000_000_000]],
            'processor, by batches' => $processor + ['function' => 'eachBatch', 'arguments' => ['traffic_desc', PHP_INT_MAX, 0, 2_000_000_000]],
        ];
        foreach ([false, true] as $withExtension) {
            foreach ($calls as $name => $call) {
                yield $name . ($withExtension ? ' with extension' : '') => [$withExtension, $call];
            }
        }
    }

    public function testTheFourLinesAreWrittenOnceARun(): void
    {
        $installation = self::large();
        $installation->clearActivityLog();
        $php = new Php($installation, false, ['memory_limit' => '256M']);
        $php->ask([['function' => 'getUserTrafficRankingsWithAutoOptimization', 'arguments' => ['traffic_desc', 'month', 1_000]]]);
        $all = self::USERS + 40;
        self::assertSame([
            "V2RaySocks Traffic Monitor: Large data processing started for $all users",
            'V2RaySocks Traffic Monitor: Large data processing completed. Processed 1000 users, returned 1000 results',
            'V2RaySocks Traffic Monitor: Optimized rankings completed with 1000 results',
        ], $installation->activityLog());
        $installation->clearActivityLog();
        $php->ask([['function' => 'getUserTrafficRankingsOptimized', 'arguments' => ['traffic_desc', 'month']]]);
        $log = $installation->activityLog();
        self::assertSame("V2RaySocks Traffic Monitor: Processed 10000/$all users", $log[1]);
        self::assertSame("V2RaySocks Traffic Monitor: Processed 40000/$all users", $log[4]);
        self::assertSame("V2RaySocks Traffic Monitor: Large data processing completed. Processed $all users, returned $all results", $log[5]);
        self::assertCount(7, $log);
        $installation->clearActivityLog();
        $site = new Site('builtin', $installation, $php);
        $site->get(['action' => 'user_rankings', 'time_range' => 'month']);
        $site->get(['action' => 'get_user_traffic_rankings', 'time_range' => 'month']);
        $page = $site->get(['action' => 'engine_status'])->body;
        $site->stop();
        self::assertSame([], $installation->activityLog(), 'no page view is such a run');
        self::assertStringContainsString('the time range is month', $page);
    }

    public function testBatchesAreOfTheSizeThatWasAsked(): void
    {
        $call = ['class' => 'V2RaySocksLargeDataProcessor', 'construct' => [15, 80], 'function' => 'eachBatch',
            'arguments' => ['traffic_desc', PHP_INT_MAX, 0, 2_000_000_000]];
        $installation = Installation::of(World::all()['Shanghai'][0]);
        $installation->configure();
        $script = Root::folder() . '/batches.php';
        file_put_contents($script, '<?php require getenv("WHMCS_HARNESS") . "/whmcs.php"; require getenv("WHMCS_HARNESS") . "/addon.php";
            harness_load_addon(); foreach ((new V2RaySocksLargeDataProcessor(15, 80))->eachBatch(...' . var_export($call['arguments'], true) . ') as $batch) {
            echo count($batch), " "; }');
        self::assertSame('15 15 10 ', (new Php($installation))->run([$script])[1]);
    }

    /** @dataProvider rules */
    #[DataProvider('rules')]
    public function testTheFourRulesDecide(array $arguments, bool $isLarge, string $reason): void
    {
        $installation = Installation::of(World::all()['Shanghai'][0]);
        $installation->configure();
        $answers = (new Php($installation))->ask([
            ['function' => 'getUserTrafficRankingsWithAutoOptimization', 'arguments' => $arguments],
            ['class' => 'V2RaySocksCacheManager', 'construct' => [], 'function' => 'getStats', 'arguments' => []],
            ['function' => 'getUserTrafficRankings', 'arguments' => $arguments],
        ]);
        self::assertSame($isLarge, $answers[1]['result']['optimization']['large']);
        self::assertStringContainsString($reason, $answers[1]['result']['optimization']['reason']);
        $isLarge
            ? self::assertNull(Difference::of($answers[2]['result'], $answers[0]['result']))
            : self::assertNull($answers[0]['result'], 'the standard function is the one to ask');
    }

    public static function rules(): array
    {
        [$now, $sort] = [World::shanghai()->now, 'traffic_desc'];
        return [
            'a range of days' => [[$sort, 'week', 10], true, 'week'],
            'all users' => [[$sort, 'today'], true, 'limit'],
            'a large limit' => [[$sort, 'today', 10_001], true, 'limit'],
            'two days' => [[$sort, 'custom', 10, '2025-08-01', '2025-08-03'], true, 'longer than a day'],
            'dates of two neighbours' => [[$sort, 'custom', 10, '2025-08-01', '2025-08-02'], false, 'small'],
            'timestamps' => [[$sort, 'time_range', 10, null, null, $now - 90_000, $now], true, 'longer than a day'],
            'a small question' => [[$sort, 'today', 10], false, 'small'],
        ];
    }

    public function testActivationInitialisesOrSaysWhatToDo(): void
    {
        $installation = Installation::of(World::shanghai('activated'));
        $installation->configure(['v2raysocks_server' => '']);
        $activate = static fn (): array => (new Php($installation))->ask([['function' => 'activate', 'arguments' => []]])[0]['result'];
        self::assertStringContainsString('Choose the V2RaySocks server', $activate()['description']);
        $installation->configure();
        self::assertStringContainsString('could not be made', $activate()['description'], 'it may only read');
        (new Rollup($installation))->grant('ALL');
        self::assertSame('success', $activate()['status']);
        self::assertStringContainsString('in place', $activate()['description']);
        self::assertSame('1', (string) $installation->usage()->query('SELECT COUNT(*) > 0 FROM daily_user_traffic')->fetchColumn());
        Rollup::drop($installation->usage());
    }

    private static function large(): Installation
    {
        $world = World::shanghai('large');
        $installation = Installation::of($world);
        $installation->configure();
        $usage = $installation->usage();
        if ((int) $usage->query('SELECT COUNT(*) FROM user')->fetchColumn() < self::USERS) {
            $usage->exec('INSERT INTO user (id, uuid, t, u, d, transfer_enable, enable, created_at, updated_at, need_reset, sid, remark)'
                . ' SELECT 1000 + seq, UUID(), 0, seq, seq * 3, 1000000000, 1, 0, 0, 1, 20000 + seq, CONCAT("remark ", seq) FROM seq_1_to_' . self::USERS);
            $usage->exec('INSERT INTO user_usage (user_id, t, u, d, node, count_rate)'
                . " SELECT 1000 + seq, $world->now - seq * 40, seq, seq * 7, 'Tokyo', 1 FROM seq_1_to_" . self::USERS);
            $usage->query('ANALYZE TABLE user_usage')->fetchAll();
        }
        return $installation;
    }
}
