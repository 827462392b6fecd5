<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/** Contract 4.5 and 6.2. */
final class Rankings
{
    private const GB = 1_000_000_000;

    public function __construct(private readonly Model $model)
    {
    }

    public function getUserTrafficRankings(
        string $sortBy = 'traffic_desc',
        string $timeRange = 'today',
        int $limit = PHP_INT_MAX,
        ?string $startDate = null,
        ?string $endDate = null,
        ?int $from = null,
        ?int $to = null,
    ): array {
        $bounds = $this->model->ranges->bounds(Ranges::RANKING, $timeRange, $startDate, $endDate, $from, $to);
        return $bounds === false ? [] : $this->users($sortBy, $limit, ...$bounds);
    }

    public function getUserTrafficRankingsOptimized(mixed ...$arguments): array
    {
        return $this->getUserTrafficRankings(...$arguments);
    }

    public function processUserRankingsBatch(string $sortBy, string $timeRange, int $limit, int $start, int $end): array
    {
        return $this->users($sortBy, $limit, $start, $end);
    }

    public function getNodeTrafficRankings(
        string $sortBy = 'traffic_desc',
        string $timeRange = 'today',
        ?int $from = null,
        ?int $to = null,
    ): array {
        $bounds = $this->model->ranges->bounds(Ranges::RANKING, $timeRange, null, null, $from, $to);
        if ($bounds === false) {
            return [];
        }
        $ranked = [];
        foreach ($this->model->nodes->byId as $id => $node) {
            $rows = $this->model->nodes->rowsOf($id, $this->model->usage)->between(...$bounds);
            $key = match ($sortBy) {
                'traffic_asc' => $rows->total(),
                'remaining_desc' => -($node['max_traffic'] * self::GB - (int) $node['statistics']),
                'remaining_asc' => $node['max_traffic'] * self::GB - (int) $node['statistics'],
                'users_desc' => -$rows->users(),
                'name_asc' => 0, // the order of names is the collation's, see RankingsTest
                default => -$rows->total(),
            };
            $ranked[] = [$key, $id, $this->nodeRow($node, $rows)];
        }
        sort($ranked);
        return array_column($ranked, 2);
    }

    private function users(string $sortBy, int $limit, ?int $start, ?int $end): array
    {
        $byUser = $this->model->usage->between($start, $end)->by(static fn (array $row): int => $row['user_id']);
        $ranked = [];
        foreach ($this->model->users as $id => $user) {
            $rows = $byUser[$id] ?? new Rows([]);
            $remaining = $user['transfer_enable'] - $user['u'] - $user['d'];
            $key = match ($sortBy) {
                'traffic_asc' => $rows->total(),
                'remaining_desc' => -$remaining,
                'remaining_asc' => $remaining,
                'nodes_desc' => -$this->model->nodes->count($rows),
                'recent_activity' => -($rows->last() ?? 0),
                default => -$rows->total(),
            };
            $ranked[] = [$key, $id, $this->userRow($user, $rows)];
        }
        sort($ranked);
        return array_slice(array_column($ranked, 2), 0, $limit);
    }

    private function userRow(array $user, Rows $rows): array
    {
        $now = $this->model->calendar->now;
        $used = $user['u'] + $user['d'];
        $nodes = $this->model->nodes->count($rows);
        return [
            'user_id' => $user['id'],
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
            'period_upload' => (float) $rows->upload(),
            'period_download' => (float) $rows->download(),
            'period_traffic' => (float) $rows->total(),
            'traffic_5min' => (float) $rows->since($now - 300)->total(),
            'traffic_1hour' => (float) $rows->since($now - 3_600)->total(),
            'traffic_4hour' => (float) $rows->since($now - 14_400)->total(),
            'nodes_used' => $nodes,
            'usage_records' => $rows->count(),
            'first_usage' => $rows->first() ?? 0,
            'last_usage' => $rows->last() ?? 0,
            'used_traffic' => (float) $used,
            'remaining_quota' => (float) max(0, $user['transfer_enable'] - $used),
            'quota_utilization' => Model::ratio($used, $user['transfer_enable']) * 100,
            'has_activity' => $rows->total() > 0,
            'avg_traffic_per_node' => Model::ratio($rows->total(), $nodes),
        ];
    }

    private function nodeRow(array $node, Rows $rows): array
    {
        $now = $this->model->calendar->now;
        $limit = $node['max_traffic'] * self::GB;
        $online = (int) $node['last_online'];
        return [
            'id' => $node['id'],
            'name' => $node['name'],
            'address' => $node['address'],
            'enable' => $node['enable'],
            'statistics' => (float) $node['statistics'],
            'max_traffic' => (float) $node['max_traffic'],
            'last_online' => $online,
            'country' => $node['country'],
            'type' => $node['type'],
            'excessive_speed_limit' => (string) $node['excessive_speed_limit'],
            'speed_limit' => (string) $node['speed_limit'],
            'total_upload' => (float) $rows->upload(),
            'total_download' => (float) $rows->download(),
            'total_traffic' => (float) $rows->total(),
            'traffic_5min' => (float) $rows->since($now - 300)->total(),
            'traffic_1hour' => (float) $rows->since($now - 3_600)->total(),
            'traffic_4hour' => (float) $rows->since($now - 14_400)->total(),
            'unique_users' => $rows->users(),
            'usage_records' => $rows->count(),
            'count_rate' => $node['traffic_rate'] ?? 1.0,
            'remaining_traffic' => (float) max(0, $limit - (int) $node['statistics']),
            'traffic_utilization' => Model::ratio((int) $node['statistics'], $limit) * 100,
            'is_online' => $now - $online < 600,
            'last_seen_minutes' => intdiv($now - $online, 60),
            'avg_traffic_per_user' => Model::ratio($rows->total(), $rows->users()),
        ];
    }
}
