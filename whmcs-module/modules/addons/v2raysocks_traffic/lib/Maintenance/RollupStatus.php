<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What the pre-aggregates hold. */
final class RollupStatus
{
    /** Sums that were compared with their rows so lately are called fresh. */
    private const FRESH_S = 900;

    public function __construct(
        private readonly Connection $db,
        private readonly RollupTables $tables,
        private readonly Calendar $calendar,
        private readonly Retention $retention,
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
            [$zone, $zone, time() - self::FRESH_S],
        ) ?? [];
        $days['stale_days'] = ($days['stale_days'] ?? 0) + $this->neverSummed();
        $kept = $this->db->row('SELECT COUNT(DISTINCT date) AS merged_days FROM traffic_engine_rollup_nodes') ?? [];
        $hours = $this->db->row('SELECT COUNT(*) AS hours FROM hourly_stats') ?? [];
        // Of another zone than ours until the next run turns them to it.
        return ['zone' => (string) ($this->tables->state()['zone'] ?? '')] + $days + $kept + $hours;
    }

    /** Days from the first row that is kept to today of which nothing is known. */
    private function neverSummed(): int
    {
        $first = $this->db->row('SELECT MIN(t) AS t FROM user_usage')['t'] ?? null;
        if ($first === null) {
            return 0;
        }
        [$from, $today] = [max($this->calendar->date($first), $this->retention->firstDay($this->calendar)), $this->calendar->today()];
        $known = $this->db->row('SELECT COUNT(*) AS days FROM traffic_engine_rollup_days WHERE date >= ? AND date <= ?', [$from, $today]);
        $days = intdiv((int) strtotime("$today UTC") - (int) strtotime("$from UTC"), Calendar::DAY_S) + 1;
        return max(0, $days - (int) ($known['days'] ?? 0));
    }
}
