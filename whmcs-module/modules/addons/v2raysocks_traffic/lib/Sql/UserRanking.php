<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Reader;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Every user, ranked: one pass over the usage rows of the range, then the users in the order of the answer.
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

    /** @var array<int, list<int|float>> sums by user that do not fit into integers */
    private array $huge = [];

    /** @var array<int, int|float> sort keys by user, of sorts that usage decides */
    private array $keys = [];

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return \Generator<int, array<string, mixed>> */
    public function rank(Request $request): \Generator
    {
        $window = $request->range->resolve($this->calendar, Reader::Ranking);
        $this->read(Where::within($window), NodeIndex::read($this->db), $request->sortBy);
        $ids = $this->order($request);
        for ($at = 0; $at < count($ids); $at += self::USERS_A_READ) {
            foreach ($this->users(array_slice($ids, $at, self::USERS_A_READ)) as $user) {
                yield $this->row($user);
            }
        }
    }

    private function read(Where $where, NodeIndex $index, string $sort): void
    {
        $user = null;
        $sums = self::NOTHING;
        $nodes = [];
        foreach ((new Sums($this->db))->byUserAndNode($where, $this->calendar) as $group) {
            if ($group[0] !== $user) {
                $this->keep($user, $sums, $nodes, $sort);
                [$user, $sums, $nodes] = [$group[0], self::NOTHING, []];
            }
            $sums = self::added($sums, $group);
            $node = $index->keyOf((string) $group[1]);
            if ($node !== null) {
                $nodes[$node] = true;
            }
        }
        $this->keep($user, $sums, $nodes, $sort);
    }

    /**
     * @param list<int|float> $sums
     * @param list<mixed> $group
     * @return list<int|float>
     */
    private static function added(array $sums, array $group): array
    {
        $sums[6] = $sums[5] === 0 ? $group[8] : min($sums[6], $group[8]);
        $sums[7] = max($sums[7], $group[9]);
        for ($at = 0; $at <= 5; $at++) {
            $sums[$at] += Number::sum($group[$at + 2]);
        }
        return $sums;
    }

    /**
     * @param list<int|float> $sums
     * @param array<int|string, true> $nodes
     */
    private function keep(?int $user, array $sums, array $nodes, string $sort): void
    {
        if ($user === null) {
            return;
        }
        $sums[8] = count($nodes);
        if (array_filter($sums, 'is_float') === []) {
            $this->packed[$user] = pack('q9', ...$sums);
        } else {
            $this->huge[$user] = $sums;
        }
        $this->keys[$user] = match ($sort) {
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
        // Users without usage come after one that was active in second 0.
        $idle = $request->sortBy === 'recent_activity' ? -1 : 0;
        foreach ($this->db->stream('SELECT id, u, d, transfer_enable FROM user ORDER BY id') as [$id, $u, $d, $quota]) {
            $keys[$id] = $byQuota ? $quota - $u - $d : $this->keys[$id] ?? $idle;
        }
        $this->keys = [];
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
        $id = $user['id'];
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

    /** @return list<int|float> */
    private function sumsOf(int $user): array
    {
        if (isset($this->packed[$user])) {
            return array_values(unpack('q9', $this->packed[$user]) ?: self::NOTHING);
        }
        return $this->huge[$user] ?? self::NOTHING;
    }
}
