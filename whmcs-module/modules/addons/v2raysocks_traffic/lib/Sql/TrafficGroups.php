<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Traffic rows summed by local hour or day. */
final class TrafficGroups
{
    /** @var array<string, array<int, array{int|float, int|float, int}>> upload, download, newest by date and hour */
    private array $days = [];

    public function __construct(private readonly Calendar $calendar)
    {
    }

    public function add(int $t, int|float $upload, int|float $download): void
    {
        $date = $this->calendar->date($t);
        $hour = $this->calendar->hourOfDay($t);
        $sums = $this->days[$date][$hour] ?? [0, 0, $t];
        $this->days[$date][$hour] = [$sums[0] + $upload, $sums[1] + $download, max($sums[2], $t)];
    }

    /**
     * Groups by hour of day for `today`, `time_range` and a `custom` range whose rows lie on one day, else by day.
     *
     * @return array<string, array<string, mixed>> by ascending key
     */
    public function finish(string $timeRange): array
    {
        $byHour = in_array($timeRange, ['today', 'time_range'], true)
            || ($timeRange === 'custom' && count($this->days) === 1);
        $groups = [];
        foreach ($this->days as $date => $hours) {
            foreach ($hours as $hour => [$upload, $download, $newest]) {
                $key = $byHour ? sprintf('%02d:00', $hour) : $date;
                $sums = $groups[$key] ?? [0, 0, 0];
                $groups[$key] = [$sums[0] + $upload, $sums[1] + $download, max($sums[2], $newest)];
            }
        }
        ksort($groups, SORT_STRING);
        $rows = [];
        foreach ($groups as $key => [$upload, $download, $newest]) {
            $rows[$key] = [
                'upload' => (float) $upload,
                'download' => (float) $download,
                'total' => (float) ($upload + $download),
                'timeKey' => $key,
                'timestamp' => $newest,
            ];
        }
        return $rows;
    }
}
