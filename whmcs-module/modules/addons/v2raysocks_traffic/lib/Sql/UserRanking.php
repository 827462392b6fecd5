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
 * Every user, ranked: one pass over the usage rows of the range and a look at those of the last hours, then the
 * users in the order of the answer. A second pass counts nodes where users wrote them both by name and by id.
 * Sums are packed, so that 45 000 users take some 10 MB.
 */
final class UserRanking
{
    /** Users read at a time by primary key. */
    private const USERS_A_READ = 500;

    private const COLUMNS = 'id, uuid, sid, u, d, transfer_enable, enable, created_at, remark, speedlimitss, speedlimitother';

    /** Upload, download, bytes since 5 min, 1 h, 4 h, rows, first, last, nodes. */
    private const NOTHING = [0, 0, 0, 0, 0, 0, 0, 0, 0];

    /** @var array<int, string> packed sums by user */
    private array $packed = [];

    /** @var array<int, array<int, int|float>> sums by user that do not fit into integers */
    private array $huge = [];

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return \Generator<int, array<string, mixed>> */
    public function rank(Request $request): \Generator
    {
        return $this->db->atOneMoment($this->ranked($request));
    }

    /** @return \Generator<int, array<string, mixed>> */
    private function ranked(Request $request): \Generator
    {
        $window = $request->range->resolve($this->calendar, Reader::Ranking);
        $index = NodeIndex::read($this->db);
        $history = History::ofNodes($this->db, [$window]);
        $unsure = $this->readSums($window, $index);
        $this->readRecent($window);
        if ($history !== null) {
            $unsure = array_fill_keys([...array_keys($this->packed), ...array_keys($this->huge)], true);
        }
        if ($unsure !== []) {
            $this->countNodes($window, $index, $unsure, $history);
        }
        $this->addMergedNodes($window, $index);
        $ids = $this->order($request);
        for ($at = 0; $at < count($ids); $at += self::USERS_A_READ) {
            foreach ($this->users(array_slice($ids, $at, self::USERS_A_READ)) as $user) {
                yield $this->row($user);
            }
        }
    }

    /** @return array<int, true> users of whom several texts may mean one node */
    private function readSums(Window $window, NodeIndex $index): array
    {
        $unsure = [];
        foreach ((new Sums($this->db))->byUser(Where::within($window)) as $group) {
            [$user, $upload, $download, $records, $first, $last, $texts, $lowest, $highest] = $group;
            $this->keep($user, [Number::sum($upload), Number::sum($download), 0, 0, 0, $records, $first, $last, $texts]);
            if ($texts > 1 && !$index->tellsApart($lowest, $highest)) {
                $unsure[$user] = true;
            }
        }
        return $unsure;
    }

    private function readRecent(Window $window): void
    {
        foreach ((new Sums($this->db))->recentByUser(Where::within($window), $this->calendar) as [$user, $min5, $hour1, $hour4]) {
            $this->change($user, [2 => Number::sum($min5), 3 => Number::sum($hour1), 4 => Number::sum($hour4)]);
        }
    }

    /** @param array<int, true> $unsure users whose texts are counted as nodes, not one by one */
    private function countNodes(Window $window, NodeIndex $index, array $unsure, ?History $history): void
    {
        $user = null;
        $nodes = [];
        foreach ((new Sums($this->db, $history))->nodesByUser(Where::within($window)) as [$next, $text]) {
            if (!isset($unsure[$next])) {
                continue;
            }
            if ($next !== $user) {
                [$user, $nodes] = [$next, []];
            }
            $node = $index->keyOf((string) $text);
            if ($node !== null) {
                $nodes[$node] = true;
            }
            $unsure[$user] = count($nodes);
        }
        foreach ($unsure as $user => $count) {
            $this->change($user, [8 => is_int($count) ? $count : 0]);
        }
    }

    /** Nodes of merged days are known by their number a day, so they are at least those of one. */
    private function addMergedNodes(Window $window, NodeIndex $index): void
    {
        foreach ((new MergedNodes($this->db, $this->calendar, $index, [$window]))->nodesOfUsers() as $user => $nodes) {
            if (isset($this->packed[$user]) || isset($this->huge[$user])) {
                $this->change($user, [8 => max($this->sumsOf($user)[8], $nodes)]);
            }
        }
    }

    /** @param array<int, int|float> $sums those that change, by position */
    private function change(int $user, array $sums): void
    {
        $this->keep($user, array_replace($this->sumsOf($user), $sums));
    }

    /** @param array<int, int|float> $sums all of them, by position */
    private function keep(int $user, array $sums): void
    {
        if (array_filter($sums, 'is_float') === []) {
            $this->packed[$user] = pack('q9', ...$sums);
        } else {
            $this->huge[$user] = $sums;
        }
    }

    /** What users are sorted by where usage decides; those without usage come after one that was active in second 0. */
    private function keyOf(int $user, string $sort): int|float
    {
        if (!isset($this->packed[$user]) && !isset($this->huge[$user])) {
            return $sort === 'recent_activity' ? -1 : 0;
        }
        $sums = $this->sumsOf($user);
        return match ($sort) {
            'nodes_desc' => $sums[8],
            'recent_activity' => $sums[7],
            default => $sums[0] + $sums[1],
        };
    }

    /** @return list<int> ids of the users of the answer, in its order */
    private function order(Request $request): array
    {
        $keys = [];
        $byQuota = str_starts_with($request->sortBy, 'remaining');
        foreach ($this->db->stream('SELECT id, u, d, transfer_enable FROM user ORDER BY id') as [$id, $u, $d, $quota]) {
            $keys[$id] = $byQuota ? $quota - $u - $d : $this->keyOf((int) $id, $request->sortBy);
        }
        // Sorting keeps equal keys in place, and these ascend by id.
        str_ends_with($request->sortBy, '_asc') ? asort($keys) : arsort($keys);
        $ids = array_keys($keys);
        return $request->limit === null ? $ids : array_slice($ids, 0, $request->limit);
    }

    /**
     * @param list<int> $ids
     * @return \Generator<int, array<string, mixed>> users in the order of their ids in the list
     */
    private function users(array $ids): \Generator
    {
        $list = implode(', ', $ids);
        $users = array_column($this->db->rows('SELECT ' . self::COLUMNS . " FROM user WHERE id IN ($list)"), null, 'id');
        foreach ($ids as $id) {
            if (isset($users[$id])) {
                yield $users[$id];
            }
        }
    }

    /**
     * @param array<string, mixed> $user
     * @return array<string, mixed>
     */
    private function row(array $user): array
    {
        $id = (int) $user['id'];
        foreach (['sid', 'u', 'd', 'transfer_enable', 'enable', 'created_at'] as $column) {
            $user[$column] = Number::whole($user[$column]);
        }
        [$upload, $download, $min5, $hour1, $hour4, $records, $first, $last, $nodes] = $this->sumsOf($id);
        $used = $user['u'] + $user['d'];
        return [
            'user_id' => $id,
            'uuid' => $user['uuid'],
            'sid' => $user['sid'],
            'total_upload_user' => (float) $user['u'],
            'total_download_user' => (float) $user['d'],
            'transfer_enable' => (float) $user['transfer_enable'],
            'enable' => $user['enable'],
            'created_at' => $user['created_at'],
            'remark' => $user['remark'],
            'speedlimitss' => (string) $user['speedlimitss'],
            'speedlimitother' => (string) $user['speedlimitother'],
            'period_upload' => (float) $upload,
            'period_download' => (float) $download,
            'period_traffic' => (float) ($upload + $download),
            'traffic_5min' => (float) $min5,
            'traffic_1hour' => (float) $hour1,
            'traffic_4hour' => (float) $hour4,
            'nodes_used' => $nodes,
            'usage_records' => $records,
            'first_usage' => $first,
            'last_usage' => $last,
            'used_traffic' => (float) $used,
            'remaining_quota' => (float) max(0, $user['transfer_enable'] - $used),
            'quota_utilization' => Number::ratio($used * 100.0, $user['transfer_enable']),
            'has_activity' => $upload + $download > 0,
            'avg_traffic_per_node' => Number::ratio($upload + $download, $nodes),
        ];
    }

    /** @return array<int, int|float> by position */
    private function sumsOf(int $user): array
    {
        if (isset($this->packed[$user])) {
            return array_values(unpack('q9', $this->packed[$user]) ?: self::NOTHING);
        }
        return $this->huge[$user] ?? self::NOTHING;
    }
}
