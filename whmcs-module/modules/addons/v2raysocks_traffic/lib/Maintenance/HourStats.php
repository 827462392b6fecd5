<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Writes `hourly_stats` of one day. Merged days belong to no hour, and an hour of one never gets less. */
final class HourStats
{
    public function __construct(private readonly Connection $db, private readonly string $date)
    {
    }

    public function write(DaySums $sums, bool $hasMergedRows, int $listedNodes, int $endOfDay): void
    {
        $stored = $this->stored($sums->hourStarts[0], $endOfDay);
        $nodes = $sums->nodesByHour();
        $gone = array_diff_key($stored, array_flip($sums->hourStarts));
        $rows = [];
        foreach ($sums->hourStarts as $at => $start) {
            [$users, $bytes, $most] = $sums->hours[$at];
            $now = [$users, $nodes[$at], DaySums::fitting($bytes, "hour $start", $this->date), DaySums::fitting($most, "hour $start", $this->date)];
            $before = $stored[$start] ?? null;
            if ($users === 0) {
                $gone += $before === null || $hasMergedRows ? [] : [$start => $before];
            } elseif ($before === null || ($before !== $now && !($hasMergedRows && $before[2] > $now[2]))) {
                $rows[$start] = $now;
            }
        }
        $this->delete(array_keys($gone));
        $this->put(array_diff_key($rows, $stored), $listedNodes, false);
        $this->put(array_intersect_key($rows, $stored), $listedNodes, true);
    }

    /** @return array<int, list<int>> active users, active nodes, bytes, most bytes of one user; by first second */
    private function stored(int $start, int $end): array
    {
        $hours = [];
        $rows = $this->db->rows('SELECT * FROM hourly_stats WHERE hour_timestamp >= ? AND hour_timestamp <= ?', [$start, $end]);
        foreach ($rows as $row) {
            $columns = ['active_users', 'active_nodes', 'total_traffic', 'peak_traffic'];
            $hours[$row['hour_timestamp']] = array_map(static fn (string $column): int => (int) $row[$column], $columns);
        }
        return $hours;
    }

    /** @param list<int> $hours */
    private function delete(array $hours): void
    {
        if ($hours !== []) {
            $this->db->execute('DELETE FROM hourly_stats WHERE hour_timestamp IN (' . implode(', ', $hours) . ')');
        }
    }

    /** @param array<int, list<int>> $hours all of them stored before, or none */
    private function put(array $hours, int $listedNodes, bool $isStored): void
    {
        if ($hours === []) {
            return;
        }
        $listedUsers = $this->db->row('SELECT COUNT(*) AS users FROM user')['users'] ?? 0;
        foreach ($hours as $start => $sums) {
            $params = [$listedUsers, $sums[0], $listedNodes, $sums[1], $sums[2], $sums[3], $start];
            $columns = ['total_users', 'active_users', 'total_nodes', 'active_nodes', 'total_traffic', 'peak_traffic'];
            $this->db->execute(
                $isStored
                    ? 'UPDATE hourly_stats SET ' . implode(' = ?, ', $columns) . ' = ? WHERE hour_timestamp = ?'
                    : 'INSERT INTO hourly_stats (' . implode(', ', $columns) . ', hour_timestamp) VALUES (?, ?, ?, ?, ?, ?, ?)',
                $params,
            );
        }
    }
}
