<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What the nightly merge took away from nodes before the first day of which History keeps rows: sums by day, of the days
 * that lie in a window as a whole. They are counted on top of the rows that are there. Without tables that can be used
 * they are nothing.
 */
final class MergedNodes
{
    private const NOTHING = [0, 0, 0, 0];

    /** @var array<string, array<int|string, array{int, int, int, int}>> upload, download, users, rows by date and node */
    public readonly array $days;

    /** @param list<Window> $windows */
    public function __construct(
        private readonly Connection $db,
        private readonly Calendar $calendar,
        private readonly NodeIndex $index,
        array $windows,
    ) {
        try {
            $days = $this->isOfOurDays() ? $this->read($windows) : [];
        } catch (Unavailable) {
            $days = [];
        }
        $this->days = $days;
    }

    /** @return array<int|string, array{int, int, int, int, string, string}> upload, download, most users of one day, rows, first and last date by node */
    public function byNode(): array
    {
        $nodes = [];
        foreach ($this->days as $date => $ofDay) {
            foreach ($ofDay as $node => [$upload, $download, $users, $records]) {
                $sums = $nodes[$node] ?? [0, 0, 0, 0, $date, $date];
                $nodes[$node] = [
                    $sums[0] + $upload, $sums[1] + $download, max($sums[2], $users), $sums[3] + $records, $sums[4], $date,
                ];
            }
        }
        return $nodes;
    }

    /** @return array<int, int> most nodes of one of these days, by user */
    public function nodesOfUsers(): array
    {
        if ($this->days === []) {
            return [];
        }
        $marks = implode(', ', array_fill(0, count($this->days), '?'));
        $sql = "SELECT user_id, MAX(unique_nodes) AS nodes FROM daily_user_traffic WHERE date IN ($marks) GROUP BY user_id";
        try {
            $rows = $this->db->rows($sql, array_keys($this->days));
        } catch (Unavailable) {
            return [];
        }
        return array_map('intval', array_column($rows, 'nodes', 'user_id'));
    }

    private function isOfOurDays(): bool
    {
        $state = $this->db->row('SELECT zone FROM traffic_engine_rollup_state WHERE id = 1');
        return $state !== null && $this->calendar->hasDaysOf((string) $state['zone']);
    }

    /**
     * @param list<Window> $windows
     * @return array<string, array<int|string, array{int, int, int, int}>>
     */
    private function read(array $windows): array
    {
        $days = [];
        $rows = $this->db->rows(
            'SELECT date, node, merged_upload, merged_download, merged_users, merged_records FROM traffic_engine_rollup_nodes ORDER BY date',
        );
        foreach ($rows as $row) {
            [$date, $text, $upload, $download, $users, $records] = array_values($row);
            $this->add($days[(string) $date], (string) $text, (int) $upload, (int) $download, (int) $users, (int) $records);
        }
        $first = History::firstDate($this->db, $this->calendar);
        $isAsked = fn (string $date): bool => ($first === null || $date < $first) && $this->liesIn($date, $windows);
        return array_filter($days, $isAsked, ARRAY_FILTER_USE_KEY);
    }

    /** @param list<Window> $windows */
    private function liesIn(string $date, array $windows): bool
    {
        [$first, $last] = [$this->calendar->startOf($date), $this->calendar->endOf($date)];
        foreach ($windows as $window) {
            if (($window->start ?? $first) <= $first && ($window->end ?? $last) >= $last) {
                return true;
            }
        }
        return false;
    }

    /** @param array<int|string, array{int, int, int, int}>|null $ofDay */
    private function add(?array &$ofDay, string $text, int $upload, int $download, int $users, int $records): void
    {
        $node = $this->index->keyOf($text) ?? '';
        $sums = $ofDay[$node] ?? self::NOTHING;
        $ofDay[$node] = [$sums[0] + $upload, $sums[1] + $download, max($sums[2], $users), $sums[3] + $records];
    }
}
