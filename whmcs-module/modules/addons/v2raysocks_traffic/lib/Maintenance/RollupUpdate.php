<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\NodeIndex;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Sums days anew whose rows are not those they were, each in one transaction, so that an end at any point loses nothing. */
final class RollupUpdate
{
    private readonly string $zone;
    private readonly RollupLock $lock;
    private readonly RollupDays $days;
    private readonly Fingerprints $prints;

    public function __construct(
        private readonly Connection $db,
        private readonly Calendar $calendar,
        private readonly Retention $retention,
    ) {
        $this->zone = (new RollupTables($db))->zoneFor($calendar);
        $this->lock = new RollupLock($db, $this->zone);
        $this->days = new RollupDays($db);
        $this->prints = new Fingerprints($db, $calendar, $this->zone);
    }

    /**
     * @param string|null $from first day looked at, that of the retention without one
     * @param string|null $to last day looked at, the last with rows without one
     * @return list<string> days whose sums are not of their rows, those that change most first; marks the others as compared
     */
    public function due(?string $from = null, ?string $to = null, bool $force = false): array
    {
        $from ??= $this->retention->firstDay($this->calendar);
        $checkedAt = time();
        $end = $to === null ? null : $this->calendar->endOf($to);
        // Beside the lock, as it takes long on large tables: a print that is stored by then is of these rows or is not equal.
        $found = $this->prints->within(new Window($this->calendar->startOf($from), $end));
        return $this->lock->hold(function () use ($from, $to, $force, $found, $checkedAt): array {
            $stored = $this->days->since($from);
            $dates = $this->withoutGaps(array_keys($found + $stored + $this->datesOfSums($from)));
            $dates = array_filter($dates, static fn (string $date): bool => $date >= $from && ($to === null || $date <= $to));
            $none = DayPrint::ofNoRows($this->zone);
            $isEqual = static fn (string $date): bool => ($found[$date] ?? $none)->equals($stored[$date] ?? null);
            $equal = $force ? [] : array_values(array_filter($dates, $isEqual));
            $this->days->touch($equal, $checkedAt);
            return $this->urgentFirst(array_diff($dates, $equal));
        });
    }

    /** @param list<string> $dates days that are due and were not summed */
    public function leave(array $dates): void
    {
        if ($dates !== []) {
            $this->lock->hold(fn () => $this->days->distrust($dates));
        }
    }

    /** Writes the sums of a day unless its rows are those it was summed of. */
    public function day(string $date, bool $force = false): void
    {
        $this->lock->hold(function (int $checkedAt) use ($date, $force): void {
            $index = NodeIndex::read($this->db);
            $sums = DaySums::read($this->db, $this->calendar, $index, $date);
            $print = $sums->print($this->zone) ?? $this->prints->of($date);
            $stored = $this->days->of($date);
            if ($force || !$print->equals($stored)) {
                $this->write($date, $sums, $index, $print, $stored);
            }
            $this->days->save($date, $print, $checkedAt);
        });
    }

    private function write(string $date, DaySums $sums, NodeIndex $index, DayPrint $print, ?DayPrint $stored): void
    {
        (new UserDays($this->db, $date, $sums->users))->write();
        (new NodeDays($this->db, $index, $date))->write(
            $sums->nodes,
            $print->hasMergedSince($stored),
            $print->mergedSince($stored),
        );
        if ($date >= $this->retention->firstDayOfHours($this->calendar)) {
            (new HourStats($this->db, $date))->write($sums, $print->dayRecords > 0, count($index->nodes), $this->calendar->endOf($date));
        }
    }

    /** @return array<string, mixed> days by date of which there are sums, whatever we know about them */
    private function datesOfSums(string $from): array
    {
        $rows = $this->db->rows(
            'SELECT DISTINCT date FROM daily_user_traffic WHERE date >= ?'
            . ' UNION SELECT DISTINCT date FROM daily_node_traffic WHERE date >= ?',
            [$from, $from],
        );
        return array_column($rows, null, 'date');
    }

    /**
     * Days without rows are known to have none, so that nobody looks for them.
     *
     * @param list<string> $dates
     * @return list<string> with yesterday and today, and all days from the first to today
     */
    private function withoutGaps(array $dates): array
    {
        $today = $this->calendar->today();
        $dates[] = $this->calendar->dateAfter($today, -1);
        for ($date = min($dates); $date <= $today; $date = $this->calendar->dateAfter($date, 1)) {
            $dates[] = $date;
        }
        return array_values(array_unique($dates));
    }

    /**
     * @param array<string> $dates
     * @return list<string>
     */
    private function urgentFirst(array $dates): array
    {
        rsort($dates);
        $today = $this->calendar->today();
        $urgent = array_intersect([$today, $this->calendar->dateAfter($today, -1)], $dates);
        return [...array_values($urgent), ...array_values(array_diff($dates, $urgent))];
    }
}
