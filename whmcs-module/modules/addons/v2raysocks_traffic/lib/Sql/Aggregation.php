<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Reader;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Usage by user or by node; only those with usage appear, most traffic first. What merged days took away from nodes is
 * counted as far as the pre-aggregates hold it, where nodes or users of several days are at least those of one.
 */
final class Aggregation
{
    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return list<array<string, mixed>> */
    public function rows(Request $request): array
    {
        $window = $request->range->resolve($this->calendar, Reader::Aggregation);
        return match ($request->groupBy) {
            'user' => $this->db->consistently(fn (): array => $this->byUser($window)),
            'node' => $this->db->consistently(fn (): array => $this->byNode($window)),
            'time' => (new TimeAggregation($this->db, $this->calendar))->byHour($window),
            default => (new TimeAggregation($this->db, $this->calendar))->byHourOfDay($window),
        };
    }

    /** @return list<array<string, mixed>> deleted users are left out, ties ascend by user id */
    private function byUser(Window $window): array
    {
        $users = array_column($this->db->rows('SELECT id, uuid, sid FROM user'), null, 'id');
        $index = NodeIndex::read($this->db);
        $merged = (new MergedNodes($this->db, $this->calendar, $index, [$window]))->nodesOfUsers();
        $known = $this->nodesByUser($window, $index);
        [$sums, $nodes] = [[], []];
        foreach ((new Sums($this->db))->byUserAndNode(Where::within($window), $this->calendar) as $group) {
            $user = $group[0];
            if (!isset($users[$user])) {
                continue;
            }
            if (!isset($sums[$user])) {
                [$sums[$user], $nodes] = [[0, 0, 0, 0], []];
            }
            $node = $index->keyOf((string) $group[1]);
            $sums[$user][0] += Number::sum($group[2]) + Number::sum($group[3]);
            $sums[$user][1] += $group[7];
            $sums[$user][2] = max($sums[$user][2], $group[9]);
            $sums[$user][3] += $node === null || isset($nodes[$node]) ? 0 : 1;
            $nodes[$node ?? ''] = true;
        }
        foreach (array_intersect_key($known, $sums) as $user => $count) {
            $sums[$user][3] = $count;
        }
        foreach (array_intersect_key($merged, $sums) as $user => $count) {
            $sums[$user][3] = max($sums[$user][3], $count);
        }
        return array_map(
            static fn (int|string $id): array => self::userRow($users[$id], $sums[$id]),
            self::mostFirst($sums),
        );
    }

    /** @return array<int, int> nodes by user, with those of merged rows; nothing where none are kept */
    private function nodesByUser(Window $window, NodeIndex $index): array
    {
        $history = History::ofNodes($this->db, [$window]);
        [$counts, $user, $nodes] = [[], null, []];
        $pairs = $history === null ? [] : (new Sums($this->db, $history))->nodesByUser(Where::within($window)->andNotDay());
        foreach ($pairs as [$next, $text]) {
            [$user, $nodes] = $next === $user ? [$user, $nodes] : [$next, []];
            $nodes[$index->keyOf((string) $text) ?? ''] = true;
            $counts[$user] = count($nodes);
        }
        return $counts;
    }

    /** @return list<array<string, mixed>> ties: listed nodes by id, then the others by text */
    private function byNode(Window $window): array
    {
        $index = NodeIndex::read($this->db);
        $merged = (new MergedNodes($this->db, $this->calendar, $index, [$window]))->byNode();
        $history = History::ofNodes($this->db, [$window]);
        [$sums, $user, $seen] = [[], null, []];
        foreach ((new Sums($this->db, $history))->byUserAndNode(Where::within($window)->andNotDay(), $this->calendar) as $group) {
            if ($group[0] !== $user) {
                [$user, $seen] = [$group[0], []];
            }
            $node = $index->keyOf((string) $group[1]) ?? '';
            $sums[$node] ??= [0, 0, 0];
            $sums[$node][0] += Number::sum($group[2]) + Number::sum($group[3]);
            $sums[$node][1] += $group[7];
            $sums[$node][2] += isset($seen[$node]) ? 0 : 1;
            $seen[$node] = true;
        }
        foreach ($merged as $node => [$upload, $download, $users, $records]) {
            $of = $sums[$node] ?? [0, 0, 0];
            $sums[$node] = [$of[0] + $upload + $download, $of[1] + $records, max($of[2], $users)];
        }
        uksort($sums, static fn (int|string $a, int|string $b): int => is_int($a) === is_int($b)
            ? $a <=> $b
            : is_string($a) <=> is_string($b));
        $rows = [];
        foreach (self::mostFirst($sums) as $node) {
            $rows[] = self::nodeRow(is_int($node) ? $index->nodes[$node]['name'] : null, (string) $node, $sums[$node]);
        }
        return $rows;
    }

    /**
     * @template K of array-key
     * @param array<K, list<int|float>> $sums
     * @return list<K>
     */
    private static function mostFirst(array $sums): array
    {
        $bytes = array_map(static fn (array $of): int|float => $of[0], $sums);
        arsort($bytes);
        return array_keys($bytes);
    }

    /**
     * @param array<string, mixed> $user
     * @param list<int|float> $sums bytes, rows, last, nodes
     * @return array<string, mixed>
     */
    private static function userRow(array $user, array $sums): array
    {
        return [
            'user_id' => Number::whole($user['id']),
            'uuid' => $user['uuid'],
            'sid' => Number::whole($user['sid']),
            'total_traffic' => Number::text($sums[0]),
            'unique_nodes' => $sums[3],
            'total_records' => $sums[1],
            'avg_traffic_per_record' => Number::average($sums[0], (int) $sums[1]),
            'last_activity' => $sums[2],
        ];
    }

    /**
     * @param string $key `=` and the text of a node that is not listed
     * @param list<int|float> $sums bytes, rows, users
     * @return array<string, mixed>
     */
    private static function nodeRow(?string $name, string $key, array $sums): array
    {
        return [
            'node' => $name ?? substr($key, 1),
            'node_name' => $name,
            'total_traffic' => Number::text($sums[0]),
            'unique_users' => $sums[2],
            'total_records' => $sums[1],
            'avg_traffic_per_record' => Number::average($sums[0], (int) $sums[1]),
        ];
    }
}
