<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Of which rows the sums of each day are, and when that was last known to be so. */
final class RollupDays
{
    public function __construct(private readonly Connection $db)
    {
    }

    /** @return array<string, DayPrint> by date, those of any zone */
    public function since(string $date): array
    {
        $rows = $this->db->rows('SELECT * FROM traffic_engine_rollup_days WHERE date >= ?', [$date]);
        return array_map(self::print(...), array_column($rows, null, 'date'));
    }

    public function of(string $date): ?DayPrint
    {
        $row = $this->db->row('SELECT * FROM traffic_engine_rollup_days WHERE date = ?', [$date]);
        return $row === null ? null : self::print($row);
    }

    public function save(string $date, DayPrint $print, int $checkedAt): void
    {
        $this->db->execute(
            'INSERT INTO traffic_engine_rollup_days (date, zone, fingerprint, day_records, day_traffic, checked_at)'
            . ' VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE zone = VALUES(zone), fingerprint = VALUES(fingerprint),'
            . ' day_records = VALUES(day_records), day_traffic = VALUES(day_traffic), checked_at = VALUES(checked_at)',
            [$date, $print->zone, $print->text, $print->dayRecords, $print->dayTraffic, $checkedAt],
        );
    }

    /** @param list<string> $dates days whose rows were found to be those of the sums */
    public function touch(array $dates, int $checkedAt): void
    {
        $this->check($dates, 'GREATEST(checked_at, ?)', $checkedAt);
    }

    /** @param list<string> $dates days whose rows were found to be others, and are read until they are summed */
    public function distrust(array $dates): void
    {
        $this->check($dates, '?', 0);
    }

    /** @param list<string> $dates */
    private function check(array $dates, string $value, int $checkedAt): void
    {
        if ($dates !== []) {
            $marks = implode(', ', array_fill(0, count($dates), '?'));
            $this->db->execute(
                "UPDATE traffic_engine_rollup_days SET checked_at = $value WHERE date IN ($marks)",
                [$checkedAt, ...$dates],
            );
        }
    }

    /** Has days summed anew and not read before that, by whoever reads them. */
    public function invalidate(string $condition): void
    {
        $this->db->execute("UPDATE traffic_engine_rollup_days SET fingerprint = '', checked_at = 0 WHERE $condition");
    }

    /** @param array<string, mixed> $row */
    private static function print(array $row): DayPrint
    {
        return new DayPrint((string) $row['zone'], (string) $row['fingerprint'], (int) $row['day_records'], (string) $row['day_traffic']);
    }
}
