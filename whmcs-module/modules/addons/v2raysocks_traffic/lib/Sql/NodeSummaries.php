<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** All listed nodes with their usage over all of history, most traffic first, in one pass. */
final class NodeSummaries
{
    /** Upload, download, recent upload, recent download, rows, first, last, users, recent users. */
    private const NOTHING = [0, 0, 0, 0, 0, 0, 0, 0, 0];

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return list<array<string, mixed>> */
    public function rows(): array
    {
        $index = NodeIndex::read($this->db, '*');
        return $this->sorted($index, $this->db->consistently(fn (): array => $this->withMerged($index)));
    }

    /** @return array<int, list<int|float>> by node; of merged days the times are those of whole days */
    private function withMerged(NodeIndex $index): array
    {
        $merged = (new MergedNodes($this->db, $this->calendar, $index, [new Window(null, null)]))->byNode();
        $sums = $this->ofRows($index);
        foreach (array_intersect_key($merged, $sums) as $node => [$upload, $download, $users, $records, $firstDate, $lastDate]) {
            [$first, $last] = [$this->calendar->startOf($firstDate), $this->calendar->endOf($lastDate)];
            $of = &$sums[$node];
            $of[5] = $of[4] === 0 ? $first : min($of[5], $first);
            $of[6] = max($of[6], $last);
            $of[0] += $upload;
            $of[1] += $download;
            $of[4] += $records;
            $of[7] = max($of[7], $users);
            unset($of);
        }
        return $sums;
    }

    /** @return array<int, list<int|float>> by node */
    private function ofRows(NodeIndex $index): array
    {
        $sums = array_map(static fn (): array => self::NOTHING, $index->nodes);
        [$user, $seen, $seenLately] = [null, [], []];
        foreach ($this->groups() as $group) {
            if ($group[0] !== $user) {
                [$user, $seen, $seenLately] = [$group[0], [], []];
            }
            $node = $index->idOf((string) $group[1]);
            if ($node === null) {
                continue;
            }
            $sums[$node] = self::added($sums[$node], $group);
            $sums[$node][7] += isset($seen[$node]) ? 0 : 1;
            $sums[$node][8] += isset($seenLately[$node]) || $group[9] === 0 ? 0 : 1;
            $seen[$node] = true;
            if ($group[9] > 0) {
                $seenLately[$node] = true;
            }
        }
        return $sums;
    }

    /** @return \Generator<int, list<mixed>> user, node, four sums, rows, first, last, recent rows; by user */
    private function groups(): \Generator
    {
        $recent = 'uu.t >= ' . ($this->calendar->now() - Calendar::DAY_S);
        $history = History::ofNodes($this->db, [new Window(null, null)]);
        $where = (new Where())->andNotDay();
        [$from, $params] = $history?->from($where) ?? [Sums::FROM . $where->sql(), $where->params()];
        $records = $history === null ? 'COUNT(*)' : 'CAST(SUM(uu.records) AS SIGNED)';
        return $this->db->stream(
            'SELECT ' . Sums::BY_SORTING . ' ' . Sums::USER . ', ' . Where::NODE . ' AS text, SUM(uu.u), SUM(uu.d), '
            . "SUM(IF($recent, uu.u, 0)), SUM(IF($recent, uu.d, 0)), $records, " . Sums::SPAN . ", CAST(SUM($recent) AS SIGNED)"
            . "$from GROUP BY uu.user_id, text ORDER BY uu.user_id",
            $params,
        );
    }

    /**
     * @param list<int|float> $sums
     * @param list<mixed> $group
     * @return list<int|float>
     */
    private static function added(array $sums, array $group): array
    {
        $sums[5] = $sums[4] === 0 ? $group[7] : min($sums[5], $group[7]);
        $sums[6] = max($sums[6], $group[8]);
        for ($at = 0; $at <= 4; $at++) {
            $sums[$at] += Number::sum($group[$at + 2]);
        }
        return $sums;
    }

    /**
     * @param array<int, list<int|float>> $sums
     * @return list<array<string, mixed>>
     */
    private function sorted(NodeIndex $index, array $sums): array
    {
        $keys = array_map(static fn (array $of): int|float => $of[0] + $of[1], $sums);
        arsort($keys);
        $rows = [];
        foreach (array_keys($keys) as $id) {
            $rows[] = $this->row($index->nodes[$id], $sums[$id]);
        }
        return $rows;
    }

    /**
     * @param array<string, mixed> $node
     * @param list<int|float> $sums
     * @return array<string, mixed>
     */
    private function row(array $node, array $sums): array
    {
        [$upload, $download, $recentUpload, $recentDownload, $records, $first, $last, $users, $recentUsers] = $sums;
        $now = $this->calendar->now();
        $total = $upload + $download;
        $isOnline = NodeRanking::isOnline($node, $now);
        return [
            'id' => Number::whole($node['id']),
            'name' => $node['name'] === '' ? "Node $node[id]" : $node['name'],
            'address' => $node['address'],
            'speedlimit' => (int) ($node['speed_limit'] ?? 0),
            'status' => $isOnline,
            'enable' => Number::whole($node['enable']),
            'statistics' => (float) $node['statistics'],
            'max_traffic' => (float) $node['max_traffic'],
            'last_online' => (int) $node['last_online'],
            'country' => (string) $node['country'],
            'tag' => (string) ($node['tag'] ?? ''),
            'type' => (string) $node['type'],
            'total_upload' => (float) $upload,
            'total_download' => (float) $download,
            'total_traffic' => (float) $total,
            'user_count' => $users,
            'total_records' => $records,
            'first_record' => $first,
            'last_record' => $last,
            'recent_upload' => (float) $recentUpload,
            'recent_download' => (float) $recentDownload,
            'recent_traffic' => (float) ($recentUpload + $recentDownload),
            'recent_users' => $recentUsers,
            'avg_traffic_per_user' => Number::ratio($total, $users),
            'traffic_utilization' => Number::ratio($total * 100.0, $node['max_traffic'] * Number::GB),
            'is_online' => $isOnline,
            'last_seen' => $now - (int) $node['last_online'],
        ];
    }
}
