<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use TrafficEngine\Engine;
use V2RaySocksTraffic\Backend\EngineOpener;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What the cron does about the pre-aggregates: by the extension where it can, else by plain PHP. */
final class RollupRun
{
    /** Date of the last run that deleted what is too old. */
    private const PRUNED_ON = 'pre_aggregation_pruned_on';

    /** Comparing reads the whole table: for so many times as long as it took, it is not done again. */
    private const PAUSE_TIMES = 50;

    /** Shorter pauses than the cron makes itself need not be remembered. */
    private const PAUSE_MIN_S = 300;

    /** Until when. */
    private const PAUSED_UNTIL = 'pre_aggregation_paused_until';

    private readonly Retention $retention;
    private readonly PreAggregation $sums;
    private readonly RollupTables $tables;

    public function __construct(private readonly Module $module, private readonly Calendar $calendar)
    {
        $this->retention = Retention::ofSettings($module->settings);
        $this->sums = new PreAggregation($module->connection(), $calendar, $this->retention);
        $this->tables = new RollupTables($module->connection());
    }

    /** @throws Unavailable when it cannot be done; what was done until then is whole */
    public function run(): void
    {
        // An admin asks for the tables, no cron does.
        if ($this->tables->isUnwanted()) {
            return;
        }
        $this->refuseOtherForms();
        $mustPrune = $this->mustPrune();
        if ($this->byExtension() || $this->byPhp()) {
            $this->module->settings->remember(self::PRUNED_ON, $this->calendar->today());
        }
        // Last, as their table may be what cannot be made.
        $this->keepRows($mustPrune);
    }

    /** Plain PHP reads them in the place of the extension's own history, so they are kept whoever sums. */
    private function keepRows(bool $mustPrune): void
    {
        $this->sums->keepRows(Budget::ofSeconds(Budget::RUN_S));
        if ($mustPrune) {
            $this->sums->pruneRows();
        }
    }

    private function refuseOtherForms(): void
    {
        if (!$this->tables->isReady()) {
            throw new Unavailable('their tables are of an older form; have them created once more on the status page of the addon');
        }
        $zone = (string) ($this->tables->state()['zone'] ?? '');
        if (!$this->calendar->hasDaysOf($zone)) {
            // Two configurations of PHP that take turns would each throw away what the other keeps.
            throw new Unavailable("they are kept in the time zone $zone and the cron runs in {$this->calendar->zoneName()}; give PHP one "
                . 'zone on the command line and in the web server, or have them brought up to date on the status page to change theirs');
        }
    }

    /** @return bool false where it is not there, or failed and plain PHP should try, which tells better what is wrong */
    private function byExtension(): bool
    {
        if (!$this->module->usesExtension() || !method_exists(Engine::class, 'rollupUpdate') || !$this->module->health()->mayTry()) {
            return false;
        }
        try {
            $this->sums->noticeNodes();
            $engine = EngineOpener::open($this->module->server(), $this->module->settings);
            $options = ['days' => $this->retention->days, 'hourly_days' => $this->retention->hourDays];
            $engine->rollupUpdate($options);
            if ($this->mustPrune()) {
                $engine->rollupPrune($options);
            }
        } catch (\Throwable) {
            return false;
        }
        return true;
    }

    /** @return bool false where it is too early for another run */
    private function byPhp(): bool
    {
        $settings = $this->module->settings;
        if ((int) $settings->get(self::PAUSED_UNTIL) > $this->calendar->now()) {
            return false;
        }
        $hasTime = Budget::ofSeconds(Budget::RUN_S);
        $this->sums->backfill(null, null, false, $hasTime);
        $pause = (int) ($this->sums->comparedIn * self::PAUSE_TIMES);
        if ($pause > self::PAUSE_MIN_S) {
            $settings->remember(self::PAUSED_UNTIL, (string) (time() + $pause));
        }
        if ($this->mustPrune()) {
            $this->sums->prune($hasTime);
        }
        return true;
    }

    private function mustPrune(): bool
    {
        return $this->module->settings->get(self::PRUNED_ON) !== $this->calendar->today();
    }
}
