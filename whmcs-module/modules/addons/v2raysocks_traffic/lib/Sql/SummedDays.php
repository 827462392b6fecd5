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
 * A window of time, divided into whole local days whose sums in the pre-aggregates are those of their rows, and the rest.
 * A day that was summed after its end does not change any more, so its sums need no freshness. Without tables that can
 * be used all of it is rest.
 */
final class SummedDays
{
    /** Clocks of two machines may differ by so much. */
    private const SKEW_S = 900;

    /** @var array<string, array{int, int|float, int|float}> rows, upload and download by date, ascending */
    public array $days = [];

    /** @var list<Window> */
    public array $rest = [];

    private function __construct(private readonly Connection $db, private readonly Window $window)
    {
    }

    /** @param NodeIndex|null $nodes where the answer tells nodes apart, the list by which it does */
    public static function within(Connection $db, Calendar $calendar, Window $window, ?NodeIndex $nodes = null): self
    {
        $isMergedOnly = $nodes !== null && !self::knowNodes($db, $nodes);
        return self::divided($db, $calendar, $window, self::trusted($db, $calendar, $window, $isMergedOnly));
    }

    /** @param array<array{string, string, int}> $trusted date, fingerprint, when it was compared; by date */
    private static function divided(Connection $db, Calendar $calendar, Window $window, array $trusted): self
    {
        $summed = new self($db, $window);
        $start = $window->start;
        foreach ($trusted as [$date, $fingerprint, $checkedAt]) {
            [$first, $last] = [$calendar->startOf($date), $calendar->endOf($date)];
            if ($checkedAt <= $last || $first < ($window->start ?? $first) || $last > ($window->end ?? $last)) {
                continue;
            }
            if ($first !== $start) {
                $summed->rest[] = new Window($start, $first - 1);
            }
            $start = $last + 1;
            [$records, $upload, $download] = explode(':', $fingerprint);
            $summed->days[$date] = [(int) $records, Number::sum($upload), Number::sum($download)];
        }
        if ($window->end === null || $start === null || $start <= $window->end) {
            $summed->rest[] = new Window($start, $window->end);
        }
        return $summed;
    }

    /** The same for the sums of nodes: only days of which the merge left no other rows, as rows tell more texts apart. */
    public static function mergedWithin(Connection $db, Calendar $calendar, Window $window): self
    {
        return self::divided($db, $calendar, $window, self::trusted($db, $calendar, $window, true));
    }

    /** All of a window as rest. */
    public static function none(Connection $db, Window $window): self
    {
        $summed = new self($db, $window);
        $summed->rest[] = $window;
        return $summed;
    }

    /** @return array<string, array{int, int, int}> upload, download and nodes by date */
    public function ofUser(int $id): array
    {
        return self::byDate($this->rows(
            'SELECT date, total_upload, total_download, unique_nodes FROM daily_user_traffic',
            'user_id = ?',
            [$id],
        ));
    }

    /**
     * What the nightly merge took away of a node is among its sums.
     *
     * @return array<string, array{int, int, int}> upload, download and users by date
     */
    public function ofNode(NodeIndex $index, string $text): array
    {
        $id = $index->idOf($text);
        if ($text === NodeIndex::DAY || ($id === null && str_ends_with($text, ' '))) {
            // No node, and a text that shares its row with others: their rows can tell them apart.
            [$this->days, $this->rest] = [[], [$this->window]];
        }
        return self::byDate($this->rows(
            'SELECT date, total_upload, total_download, unique_users FROM daily_node_traffic',
            'node_id = ? AND node = ?',
            [$id ?? 0, $id === null ? $text : (string) $id],
        ));
    }

    /**
     * Sums of these days from one of the tables; one that cannot be read leaves all days to the rest.
     *
     * @param list<int|string> $params of the condition
     * @return list<array<string, mixed>>
     */
    public function rows(string $select, string $condition, array $params, string $tail = ''): array
    {
        if ($this->days === []) {
            return [];
        }
        $params = [...$params, array_key_first($this->days), array_key_last($this->days)];
        try {
            $rows = $this->db->rows("$select WHERE $condition AND date >= ? AND date <= ?$tail", $params);
        } catch (Unavailable) {
            [$this->days, $this->rest] = [[], [$this->window]];
            return [];
        }
        return array_values(array_filter($rows, fn (array $row): bool => isset($this->days[$row['date']])));
    }

    /**
     * @param list<array<string, mixed>> $rows
     * @return array<string, array{int, int, int}>
     */
    private static function byDate(array $rows): array
    {
        $days = [];
        foreach ($rows as $row) {
            [$date, $upload, $download, $seen] = array_values($row);
            $days[(string) $date] = [(int) $upload, (int) $download, (int) $seen];
        }
        return $days;
    }

    /** @return array<array{string, string, int}> date, fingerprint, when it was compared; by date */
    private static function trusted(Connection $db, Calendar $calendar, Window $window, bool $isMergedOnly): array
    {
        $params = [$calendar->now() + self::SKEW_S];
        $condition = "fingerprint <> '' AND checked_at <= ?";
        foreach (['date >= ?' => $window->start, 'date <= ?' => $window->end] as $bound => $t) {
            if ($t !== null) {
                $condition .= " AND $bound";
                $params[] = $calendar->date($t);
            }
        }
        try {
            if ($isMergedOnly) {
                $condition .= " AND fingerprint LIKE CONCAT(day_records, ':%')";
            }
            $rows = $db->rows("SELECT * FROM traffic_engine_rollup_days WHERE $condition ORDER BY date", $params);
            $zones = array_filter(array_unique(array_column($rows, 'zone')), $calendar->hasDaysOf(...));
            $ours = array_filter($rows, static fn (array $row): bool => in_array($row['zone'], $zones, true));
            return array_map(static fn (array $row): array => [$row['date'], $row['fingerprint'], $row['checked_at']], $ours);
        } catch (Unavailable) {
            return [];
        }
    }

    /** Whether texts of nodes mean now what they meant when they were summed; other writers than we do not say so. */
    private static function knowNodes(Connection $db, NodeIndex $nodes): bool
    {
        try {
            $list = $db->row('SELECT * FROM traffic_engine_rollup_state WHERE id = 1')['node_list'] ?? null;
        } catch (Unavailable) {
            return false;
        }
        return $list === null || $list === $nodes->fingerprint();
    }
}
