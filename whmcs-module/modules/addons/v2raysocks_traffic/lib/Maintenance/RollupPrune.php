<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Deletes what is older than the retention, some rows at a time; an end at any point leaves the rest for the next run. */
final class RollupPrune
{
    private const ROWS_A_TIME = 5000;

    private readonly RollupLock $lock;

    public function __construct(
        private readonly Connection $db,
        private readonly Calendar $calendar,
        private readonly Retention $retention,
    ) {
        $this->lock = new RollupLock($db, (new RollupTables($db))->zoneFor($calendar));
    }

    /**
     * @param (callable(int): bool)|null $goOn told the rows deleted so far; false ends the run
     * @return int rows deleted
     */
    public function run(?callable $goOn = null): int
    {
        $deleted = 0;
        foreach ($this->steps() as [$table, $column, $first]) {
            do {
                $rows = $this->lock->hold(fn (): int => $this->db->execute(
                    "DELETE FROM $table WHERE $column < ? ORDER BY $column LIMIT " . self::ROWS_A_TIME,
                    [$first],
                ));
                $deleted += $rows;
                if ($goOn !== null && !$goOn($deleted)) {
                    return $deleted;
                }
            } while ($rows === self::ROWS_A_TIME);
        }
        return $deleted;
    }

    /** @return list<array{string, string, int|string}> table, its column, what of it is kept first */
    private function steps(): array
    {
        $day = $this->retention->firstDay($this->calendar);
        return [
            // What is known of a day goes first, so that nobody reads a day of which a part is gone.
            ['traffic_engine_rollup_days', 'date', $day],
            ['traffic_engine_rollup_nodes', 'date', $day],
            ['daily_user_traffic', 'date', $day],
            ['daily_node_traffic', 'date', $day],
            ['hourly_stats', 'hour_timestamp', $this->calendar->startOf($this->retention->firstDayOfHours($this->calendar))],
        ];
    }
}
