<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Figures over all of history. */
final class Totals
{
    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return array<string, mixed> over the rows that moved a byte */
    public function sinceLaunch(): array
    {
        $row = $this->db->row(
            'SELECT SUM(u) AS upload, SUM(d) AS download, COUNT(*) AS records, CAST(MIN(t) AS SIGNED) AS first, CAST(MAX(t) AS SIGNED) AS last '
            . 'FROM user_usage WHERE u > 0 OR d > 0',
        ) ?? [];
        [$upload, $download] = [Number::sum($row['upload'] ?? null), Number::sum($row['download'] ?? null)];
        [$records, $first, $last] = [$row['records'] ?? 0, $row['first'] ?? null, $row['last'] ?? null];
        $now = $this->calendar->now();
        return [
            'total_upload' => (float) $upload,
            'total_download' => (float) $download,
            'total_traffic' => (float) ($upload + $download),
            'avg_upload' => Number::ratio($upload, $records),
            'avg_download' => Number::ratio($download, $records),
            'first_record' => $first === null ? null : $this->calendar->format($first),
            'last_record' => $last === null ? null : $this->calendar->format($last),
            'total_records' => $records,
            // A clock may be before the first row.
            'days_active' => $first === null ? 0.0 : max(0.0, ceil(($now - $first) / Calendar::DAY_S)),
            'last_updated' => $now,
        ];
    }

    /** @return array<string, mixed> the local day with the most traffic, the earliest of equal ones */
    public function peak(): array
    {
        $days = $this->db->consistently($this->days(...));
        ksort($days);
        arsort($days);
        $date = array_key_first($days);
        return [
            'peak_date' => $date,
            'peak_traffic' => $date === null ? 0.0 : (float) $days[$date],
            'last_updated' => $this->calendar->now(),
        ];
    }

    /** @return array<string, int|float> bytes by local day */
    private function days(): array
    {
        $summed = SummedDays::within($this->db, $this->calendar, new Window(null, null));
        $withRows = array_filter($summed->days, static fn (array $sums): bool => $sums[0] > 0);
        $days = array_map(static fn (array $sums): int|float => $sums[1] + $sums[2], $withRows);
        foreach ((new Sums($this->db))->byQuarter(Where::withinAny($summed->rest)) as [$quarter, $upload, $download]) {
            $date = $this->calendar->date($quarter);
            $days[$date] = ($days[$date] ?? 0) + Number::sum($upload) + Number::sum($download);
        }
        return $days;
    }
}
