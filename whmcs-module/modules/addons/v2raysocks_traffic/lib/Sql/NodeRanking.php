<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Reader;
use V2RaySocksTraffic\Time\Window;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Every listed node, ranked. Merged days belong to none; what they took away from nodes is counted as far as the
 * pre-aggregates hold it, where users of several days are at least those of one.
 */
final class NodeRanking
{
    /** A node counts as online for this long after its last heartbeat. */
    public const ONLINE_S = 600;

    /** Unicode's order without case and accents, as MariaDB and MySQL have it. */
    private const COLLATIONS = ['utf8mb4_uca1400_ai_ci', 'utf8mb4_0900_ai_ci'];

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return list<array<string, mixed>> */
    public function rank(Request $request): array
    {
        $window = $request->range->resolve($this->calendar, Reader::Ranking);
        $index = NodeIndex::read($this->db, '*');
        $sums = $this->db->consistently(fn (): array => $this->withMerged($window, $index));
        $rows = [];
        foreach ($this->order($index, $sums, $request->sortBy) as $id) {
            $rows[] = $this->row($index->nodes[$id], $sums[$id]);
        }
        return $request->limit === null ? $rows : array_slice($rows, 0, $request->limit);
    }

    /** @return array<int, list<int|float>> upload, download, 5 min, 1 h, 4 h, rows, users by node */
    private function withMerged(Window $window, NodeIndex $index): array
    {
        $merged = (new MergedNodes($this->db, $this->calendar, $index, [$window]))->byNode();
        $sums = $this->read($window, $index);
        foreach (array_intersect_key($merged, $sums) as $node => [$upload, $download, $users, $records]) {
            $sums[$node][0] += $upload;
            $sums[$node][1] += $download;
            $sums[$node][5] += $records;
            $sums[$node][6] = max($sums[$node][6], $users);
        }
        return $sums;
    }

    /** @return array<int, list<int|float>> the same of rows alone */
    private function read(Window $window, NodeIndex $index): array
    {
        $history = History::ofNodes($this->db, [$window]);
        $where = Where::within($window)->andNotDay();
        $sums = array_map(static fn (): array => [0, 0, 0, 0, 0, 0, 0], $index->nodes);
        $user = null;
        $seen = [];
        foreach ((new Sums($this->db, $history))->byUserAndNode($where, $this->calendar) as $group) {
            if ($group[0] !== $user) {
                [$user, $seen] = [$group[0], []];
            }
            $node = $index->idOf((string) $group[1]);
            if ($node === null) {
                continue;
            }
            for ($at = 0; $at <= 5; $at++) {
                $sums[$node][$at] += Number::sum($group[$at + 2]);
            }
            // A user may have written one node by name and by id.
            $sums[$node][6] += isset($seen[$node]) ? 0 : 1;
            $seen[$node] = true;
        }
        return $sums;
    }

    /**
     * @param array<int, list<int|float>> $sums
     * @return list<int> node ids
     */
    private function order(NodeIndex $index, array $sums, string $sort): array
    {
        if ($sort === 'name_asc') {
            return $this->byName($index);
        }
        $keys = array_map(static fn (array $of): int|float => match ($sort) {
            'users_desc' => $of[6],
            default => $of[0] + $of[1],
        }, $sums);
        if (str_starts_with($sort, 'remaining')) {
            $keys = array_map(self::remaining(...), $index->nodes);
        }
        // Sorting keeps equal keys in place, and these ascend by id.
        str_ends_with($sort, '_asc') ? asort($keys) : arsort($keys);
        return array_keys($keys);
    }

    /** @return list<int> node ids in the order of their names, case and accents ignored */
    private function byName(NodeIndex $index): array
    {
        if (!class_exists(\Collator::class)) {
            return $this->byNameInDatabase($index);
        }
        $names = array_map(static fn (array $node): string => (string) $node['name'], $index->nodes);
        $collator = new \Collator('root');
        $collator->setStrength(\Collator::PRIMARY);
        uasort($names, static fn (string $a, string $b): int => (int) $collator->compare($a, $b));
        return array_keys($names);
    }

    /**
     * Without ICU the order is that of the server's own collation of Unicode, which is the same; the oldest servers lack
     * one and follow the column's.
     *
     * @return list<int>
     */
    public function byNameInDatabase(NodeIndex $index): array
    {
        $listed = array_keys($index->nodes);
        $sorted = array_column($this->sortedByServer(), 'id');
        // A node may have come or gone since the index was read.
        $sorted = array_intersect(array_map('intval', $sorted), $listed);
        return [...array_values($sorted), ...array_values(array_diff($listed, $sorted))];
    }

    /** @return list<array<string, mixed>> */
    private function sortedByServer(): array
    {
        foreach (self::COLLATIONS as $collation) {
            try {
                return $this->db->rows("SELECT id FROM node ORDER BY CONVERT(name USING utf8mb4) COLLATE $collation, id");
            } catch (Unavailable) {
                continue; // It does not know this one.
            }
        }
        return $this->db->rows('SELECT id FROM node ORDER BY name, id');
    }

    /** @param array<string, mixed> $node */
    private static function remaining(array $node): int|float
    {
        return $node['max_traffic'] * Number::GB - $node['statistics'];
    }

    /** @param array<string, mixed> $node */
    public static function isOnline(array $node, int $now): bool
    {
        return $now - $node['last_online'] < self::ONLINE_S;
    }

    /**
     * @param array<string, mixed> $node
     * @param list<int|float> $sums
     * @return array<string, mixed>
     */
    private function row(array $node, array $sums): array
    {
        [$upload, $download, $min5, $hour1, $hour4, $records, $users] = $sums;
        $hasLimits = array_key_exists('speed_limit', $node) && array_key_exists('excessive_speed_limit', $node);
        $now = $this->calendar->now();
        return [
            'id' => Number::whole($node['id']),
            'name' => $node['name'],
            'address' => $node['address'],
            'enable' => Number::whole($node['enable']),
            'statistics' => (float) $node['statistics'],
            'max_traffic' => (float) $node['max_traffic'],
            'last_online' => (int) $node['last_online'],
            'country' => $node['country'],
            'type' => $node['type'],
            'excessive_speed_limit' => $hasLimits ? (string) $node['excessive_speed_limit'] : '',
            'speed_limit' => $hasLimits ? (string) $node['speed_limit'] : '',
            'total_upload' => (float) $upload,
            'total_download' => (float) $download,
            'total_traffic' => (float) ($upload + $download),
            'traffic_5min' => (float) $min5,
            'traffic_1hour' => (float) $hour1,
            'traffic_4hour' => (float) $hour4,
            'unique_users' => $users,
            'usage_records' => $records,
            'count_rate' => (float) ($node['traffic_rate'] ?? 1.0),
            'remaining_traffic' => (float) max(0, self::remaining($node)),
            'traffic_utilization' => Number::ratio($node['statistics'] * 100.0, $node['max_traffic'] * Number::GB),
            'is_online' => self::isOnline($node, $now),
            'last_seen_minutes' => intdiv($now - (int) $node['last_online'], 60),
            'avg_traffic_per_user' => Number::ratio($upload + $download, $users),
        ];
    }
}
