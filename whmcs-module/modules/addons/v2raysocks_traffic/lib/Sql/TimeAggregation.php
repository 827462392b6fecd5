<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Usage by local hour, and by hour of day over all days; merged days are no node. */
final class TimeAggregation
{
    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return list<array<string, mixed>> ascending; a repeated hour is two */
    public function byHour(Window $window): array
    {
        $rows = [];
        foreach ($this->hours($window) as $hour => [$bytes, $records, $users, $nodes]) {
            $rows[] = [
                'time_hour' => $this->calendar->format($hour, 'Y-m-d H:00:00'),
                'timestamp_hour' => $hour,
                'total_traffic' => Number::text($bytes),
                'unique_users' => $users,
                'unique_nodes' => $nodes,
                'total_records' => $records,
            ];
        }
        return $rows;
    }

    /** @return list<array<string, mixed>> hours of day 0–23, those with rows */
    public function byHourOfDay(Window $window): array
    {
        [$sums, $users, $nodes] = [[], [], []];
        foreach ($this->groups($window) as [$quarter, $bytes, $records, $user, $node]) {
            $hour = $this->calendar->hourOfDay($quarter);
            $sums[$hour] ??= [0, 0];
            $sums[$hour][0] += $bytes;
            $sums[$hour][1] += $records;
            // One bit an hour, so that who was seen when takes one integer each.
            $users[$user] = ($users[$user] ?? 0) | 1 << $hour;
            if ($node !== null) {
                $nodes[$node] = ($nodes[$node] ?? 0) | 1 << $hour;
            }
        }
        ksort($sums);
        $rows = [];
        foreach ($sums as $hour => [$bytes, $records]) {
            $rows[] = [
                'hour_of_day' => $hour,
                'total_traffic' => Number::text($bytes),
                'unique_users' => self::seenIn($users, $hour),
                'unique_nodes' => self::seenIn($nodes, $hour),
                'avg_traffic_per_record' => Number::average($bytes, $records),
            ];
        }
        return $rows;
    }

    /** @return \Generator<int, array{int|float, int, int, int}> bytes, rows, users, nodes by first second of the hour */
    private function hours(Window $window): \Generator
    {
        [$hour, $sums, $users, $nodes] = [null, [0, 0], [], []];
        // Groups come in order of time, so only the sets of one hour are in memory.
        foreach ($this->groups($window) as [$quarter, $bytes, $records, $user, $node]) {
            $start = $this->calendar->hourStart($quarter);
            if ($hour !== null && $start !== $hour) {
                yield $hour => [$sums[0], $sums[1], count($users), count($nodes)];
                [$sums, $users, $nodes] = [[0, 0], [], []];
            }
            $hour = $start;
            $sums = [$sums[0] + $bytes, $sums[1] + $records];
            $users[$user] = true;
            if ($node !== null) {
                $nodes[$node] = true;
            }
        }
        if ($hour !== null) {
            yield $hour => [$sums[0], $sums[1], count($users), count($nodes)];
        }
    }

    /** @return \Generator<int, array{int, int|float, int, int, int|string|null}> quarter, bytes, rows, user, node */
    private function groups(Window $window): \Generator
    {
        $index = NodeIndex::read($this->db);
        $history = History::ofUsers($this->db, [$window]);
        $groups = (new Sums($this->db, $history))->byQuarter(Where::within($window), ['uu.user_id', Where::NODE]);
        foreach ($groups as [$quarter, $upload, $download, $records, , $user, $text]) {
            if ($records <= 0) {
                continue; // Merged rows are counted where they were, all of the day's sum.
            }
            $bytes = Number::sum($upload) + Number::sum($download);
            yield [$quarter, $bytes, $records, $user, $index->keyOf((string) $text)];
        }
    }

    /** @param array<int|string, int> $masks hours as bits */
    private static function seenIn(array $masks, int $hour): int
    {
        return count(array_filter($masks, static fn (int $mask): bool => ($mask >> $hour & 1) === 1));
    }
}
