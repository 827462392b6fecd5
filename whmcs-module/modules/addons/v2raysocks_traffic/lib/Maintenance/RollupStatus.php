<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\SummedDays;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What the pre-aggregates hold. */
final class RollupStatus
{
    public function __construct(
        private readonly Connection $db,
        private readonly RollupTables $tables,
        private readonly Calendar $calendar,
    ) {
    }

    /** @return array<string, mixed> */
    public function figures(): array
    {
        $isReady = $this->tables->isReady();
        return ['ready' => $isReady, 'missing' => $this->tables->missing()] + ($isReady ? $this->ofTables() : []);
    }

    /** @return array<string, mixed> */
    private function ofTables(): array
    {
        $zone = $this->tables->zoneFor($this->calendar);
        $days = $this->db->row(
            'SELECT COUNT(*) AS days, MIN(date) AS first_day, MAX(date) AS last_day, MAX(checked_at) AS checked_at,'
            . " COUNT(IF(zone <> ? OR fingerprint = '', 1, NULL)) AS stale_days,"
            . ' COUNT(IF(zone = ? AND checked_at >= ?, 1, NULL)) AS fresh_days FROM traffic_engine_rollup_days',
            [$zone, $zone, time() - SummedDays::TRUSTED_S],
        ) ?? [];
        $kept = $this->db->row('SELECT COUNT(DISTINCT date) AS merged_days FROM traffic_engine_rollup_nodes') ?? [];
        $hours = $this->db->row('SELECT COUNT(*) AS hours FROM hourly_stats') ?? [];
        // Of another zone than ours until the next run turns them to it.
        return ['zone' => (string) ($this->tables->state()['zone'] ?? '')] + $days + $kept + $hours;
    }
}
