<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\RequestParser;
use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Sums by day and by hour, in tables of ours in the V2RaySocks database. */
final class PreAggregation
{
    /** Seconds that the server took to compare all days with their rows, when it last did. */
    public float $comparedIn = 0.0;

    private readonly RollupTables $tables;

    public function __construct(
        private readonly Connection $db,
        private readonly Calendar $calendar,
        private readonly Retention $retention = new Retention(),
    ) {
        $this->tables = new RollupTables($db);
    }

    /** Of the selected server, as the addon's settings have it. */
    public static function ofModule(Module $module): self
    {
        return new self($module->connection(), new Calendar(), Retention::ofSettings($module->settings));
    }

    /** @return list<string> names of the tables that are missing */
    public function missing(): array
    {
        return $this->tables->missing();
    }

    public function createTables(): void
    {
        $this->tables->create($this->calendar->zoneName());
    }

    /** Brings the sums of one day up to date, those of today without a date. */
    public function update(mixed $date): void
    {
        $this->updater()->day(RequestParser::date($date) ?? $this->calendar->today());
    }

    /**
     * Brings all days up to date whose rows changed.
     *
     * @param (callable(int, int, string): bool)|null $goOn told how many days of how many are done and the last; false ends the run
     * @return int days that are left for another run
     */
    public function updateAll(?callable $goOn = null): int
    {
        $this->updater();
        $cannotKeep = null;
        try {
            $this->rows()->run();
        } catch (Unavailable $failure) {
            // Sums are written without them where only their table cannot be made.
            $cannotKeep = $failure->isOfRights() ? $failure : throw $failure;
        }
        $left = $this->backfill(null, null, false, $goOn);
        return $cannotKeep === null ? $left : throw $cannotKeep;
    }

    /** Joins copies of rows that are old, and deletes those that are too old. */
    public function pruneRows(): void
    {
        $this->rows()->prune();
    }

    /** Copies the rows that are new, and notices which were merged. */
    public function keepRows(callable $hasTime): void
    {
        $this->rows()->run($hasTime);
    }

    private function rows(): RowKeeper
    {
        return new RowKeeper($this->db, $this->calendar, $this->retention);
    }

    /**
     * The same for the days from one to another, whatever their age; by force also for those whose rows did not change.
     * One day that cannot be summed does not keep others from it.
     *
     * @param (callable(int, int, string): bool)|null $goOn
     * @return int days that are left for another run
     */
    public function backfill(?string $from, ?string $to, bool $force = false, ?callable $goOn = null): int
    {
        $updater = $this->updater();
        $started = hrtime(true);
        $due = $updater->due($from, $to, $force);
        $this->comparedIn = (hrtime(true) - $started) / 1e9;
        $left = $due;
        $failure = null;
        foreach ($due as $at => $date) {
            try {
                $updater->day($date, $force);
                unset($left[$at]);
            } catch (Unavailable $bad) {
                $failure ??= $bad->isOfRows ? $bad : throw $bad;
            }
            if ($goOn !== null && !$goOn($at + 1, count($due), $date)) {
                break;
            }
        }
        $updater->leave(array_values($left));
        return $failure === null ? count($left) : throw $failure;
    }

    /**
     * @param (callable(int): bool)|null $goOn told the rows deleted so far; false ends the run
     * @return int rows deleted
     */
    public function prune(?callable $goOn = null): int
    {
        return (new RollupPrune($this->db, $this->calendar, $this->retention))->run($goOn);
    }

    /** Has days summed anew, by whichever writer, whose texts of nodes mean others than before. */
    public function noticeNodes(): void
    {
        (new RollupLock($this->db, $this->tables->zoneFor($this->calendar)))->hold(static fn (): bool => true);
    }

    /** @return array<string, mixed> what there is, for whom and how fresh; without the tables only that they are missing */
    public function status(): array
    {
        return (new RollupStatus($this->db, $this->tables, $this->calendar, $this->retention))->figures();
    }

    private function updater(): RollupUpdate
    {
        if ($this->missing() !== []) {
            throw new Unavailable('the pre-aggregates are not set up; create their tables on the status page of the addon');
        }
        return new RollupUpdate($this->db, $this->calendar, $this->retention);
    }
}
