<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\TestCase;

/** Who keeps the pre-aggregates up to date, how often, and what is said about it. */
final class RollupCronTest extends TestCase
{
    private World $world;
    private Installation $installation;
    private Rollup $rollup;

    protected function setUp(): void
    {
        $this->world = World::shanghai('rollup_cron');
        $this->installation = Installation::of($this->world);
        $this->installation->configure();
        $this->installation->clearActivityLog();
        $this->rollup = new Rollup($this->installation);
        $this->rollup->create();
    }

    public function testTheExtensionDoesItWhereItCan(): void
    {
        $calls = Root::folder() . '/calls-' . bin2hex(random_bytes(4));
        $rollup = new Rollup($this->installation, ['auto_prepend_file' => Php::HARNESS . '/rollup_engine.php']);
        for ($run = 0; $run < 3; $run++) {
            self::assertSame([], $rollup->cron(['WHMCS_ENGINE_CALLS' => $calls])['problems']);
        }
        $kept = '{"days":400,"hourly_days":90}';
        self::assertSame(str_replace('_', $kept, "update_\nprune_\nupdate_\nupdate_\n"), file_get_contents($calls), 'what is old is deleted once a day');
        self::assertSame([], $this->rollup->tables()['users'], 'plain PHP had nothing to do');
        self::assertSame([], $this->installation->activityLog());
    }

    public function testTheExtensionAndPlainPhpWriteTheSame(): void
    {
        Php::requireExtension();
        $this->rollup->cron();
        $byPhp = $this->rollup->tables();
        $this->rollup->create();
        $byExtension = new Rollup($this->installation, [], true);
        $byExtension->cron();
        self::assertSame($byPhp, $this->rollup->tables());
        self::assertSame([], $this->installation->activityLog());
        self::assertSame(0, $this->rollup->call('updateAll'));
        $rows = new UsageRows($this->installation);
        $rows->merge($this->world->date(1));
        $rows->merge($this->world->date(2));
        $byExtension->cron();
        $merged = $this->rollup->tables();
        $this->rollup->call('backfill', null, null, true);
        self::assertSame($merged, $this->rollup->tables(), 'one goes on where the other ended');
    }

    public function testPlainPhpDoesItWhereTheExtensionFails(): void
    {
        $calls = Root::folder() . '/calls-' . bin2hex(random_bytes(4));
        $rollup = new Rollup($this->installation, ['auto_prepend_file' => Php::HARNESS . '/rollup_engine.php']);
        $rollup->cron(['WHMCS_ENGINE_CALLS' => $calls, 'WHMCS_ENGINE_FAILS' => 'yes']);
        self::assertStringStartsWith('update', (string) file_get_contents($calls));
        self::assertNotSame([], $this->rollup->tables()['users']);
        self::assertSame([], $this->installation->activityLog());
    }

    public function testItDeletesWhatIsTooOldOnceADay(): void
    {
        $usage = $this->installation->usage();
        $addOld = fn () => $usage->exec("INSERT INTO daily_user_traffic (user_id, date) VALUES (1, '{$this->world->date(402)}')");
        $isOldThere = fn (): bool => $this->rollup->tables()['users'][0][0] === $this->world->date(402);
        $addOld();
        $this->rollup->cron();
        self::assertFalse($isOldThere());
        $addOld();
        $this->rollup->cron();
        self::assertTrue($isOldThere());
    }

    public function testItsRunsEndWhenTheirTimeIsOver(): void
    {
        // Each day takes longer than it may wait for its lock but for a run.
        $usage = $this->installation->usage();
        $usage->exec('CREATE TRIGGER slow AFTER INSERT ON traffic_engine_rollup_days FOR EACH ROW DO SLEEP(3)');
        $started = hrtime(true);
        $this->rollup->cron();
        $seconds = (hrtime(true) - $started) / 1e9;
        $usage->exec('DROP TRIGGER slow');
        self::assertGreaterThan(18, $seconds);
        self::assertLessThan(26, $seconds);
        $days = array_unique(array_column($this->rollup->tables()['users'], 0));
        self::assertLessThan(9, count($days));
        self::assertContains($this->world->date(), $days);
        self::assertSame([], $this->installation->activityLog());
        $this->rollup->cron();
        self::assertGreaterThan(60, count(array_unique(array_column($this->rollup->tables()['users'], 0))), 'the next run does the rest');
    }

    public function testALargeTableIsNotComparedAllTheTime(): void
    {
        $this->installation->configure(['pre_aggregation_paused_until' => (string) ($this->world->now + 10)]);
        $this->rollup->cron();
        self::assertSame([], $this->rollup->tables()['users']);
        $this->installation->configure(['pre_aggregation_paused_until' => (string) $this->world->now]);
        $this->rollup->cron();
        self::assertNotSame([], $this->rollup->tables()['users']);
        self::assertSame([], $this->installation->activityLog());
        $settings = $this->installation->whmcs()->query('SELECT setting, value FROM tbladdonmodules')->fetchAll(\PDO::FETCH_KEY_PAIR);
        self::assertSame((string) $this->world->now, $settings['pre_aggregation_paused_until'], 'a small one is no matter');
    }

    public function testTheStatusPageTellsAndBringsUpToDate(): void
    {
        $site = new Site('builtin', $this->installation, new Php($this->installation));
        $status = static fn (): array => $site->get(['action' => 'engine_status', 'format' => 'json'])->json()['data']['pre_aggregates'];
        self::assertSame([true, 0], [$status()['ready'], $status()['days']]);
        $answer = $site->post(['action' => 'update_pre_aggregation'], ['token' => Site::token()])->json();
        self::assertSame(['success', 'the sums were written'], [$answer['status'], $answer['message']]);
        $found = $status();
        self::assertSame(['Asia/Shanghai', $this->world->date(), 0], [$found['zone'], $found['last_day'], $found['stale_days']]);
        self::assertSame($found['days'], $found['fresh_days']);
        self::assertStringContainsString("$found[days] days from $found[first_day]", $site->get(['action' => 'engine_status'])->body);
        Rollup::drop($this->installation->usage());
        self::assertFalse($status()['ready']);
        self::assertSame(200, $site->get(['action' => 'engine_status'])->status);
        $site->stop();
        self::assertSame('', $site->complaints());
    }
}
