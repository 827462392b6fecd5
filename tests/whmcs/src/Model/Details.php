<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/** Contract 4.4: nodes, and one user or node. */
final class Details
{
    public function __construct(private readonly Model $model)
    {
    }

    public function getAllNode(): array
    {
        return array_map(static fn (array $node): object => (object) $node, array_values($this->model->nodes->byId));
    }

    public function getAllNodes(): array
    {
        $ranked = [];
        foreach ($this->model->nodes->byId as $id => $node) {
            $rows = $this->model->nodes->rowsOf($id, $this->model->usage);
            $ranked[] = [-$rows->total(), $id, $this->summary($node, $rows)];
        }
        sort($ranked);
        return array_column($ranked, 2);
    }

    public function getUserDetails(int|string $userId): ?array
    {
        $user = $this->model->users[(int) $userId] ?? null;
        $rows = $this->model->usage->where(static fn (array $row): bool => $row['user_id'] === (int) $userId);
        return $user === null ? null : [
            'user' => $user,
            'traffic_history' => $this->days($rows, static fn (string $date, Rows $rows): array => [
                'date' => $date,
                'daily_upload' => (float) $rows->upload(),
                'daily_download' => (float) $rows->download(),
            ]),
        ];
    }

    public function getNodeDetails(int|string $nodeId): ?array
    {
        $node = $this->model->nodes->byId[(int) $nodeId] ?? null;
        return $node === null ? null : [
            'node' => $node,
            'traffic_stats' => $this->days(
                $this->model->nodes->rowsOf((int) $nodeId, $this->model->usage),
                static fn (string $date, Rows $rows): array => [
                    'date' => $date,
                    'unique_users' => $rows->users(),
                    'daily_upload' => (float) $rows->upload(),
                    'daily_download' => (float) $rows->download(),
                ],
            ),
        ];
    }

    /** The days since the one 29 days before today, newest first; there is no upper bound. */
    private function days(Rows $rows, callable $day): array
    {
        $calendar = $this->model->calendar;
        $days = $rows->since($calendar->daysAgoStart(29))->by(static fn (array $row): string => $calendar->date($row['t']));
        krsort($days);
        return array_map($day, array_keys($days), $days);
    }

    private function summary(array $node, Rows $rows): array
    {
        $now = $this->model->calendar->now;
        $recent = $rows->since($now - 86_400);
        $online = (int) $node['last_online'];
        return [
            'id' => $node['id'],
            'name' => $node['name'] === '' ? "Node {$node['id']}" : $node['name'],
            'address' => $node['address'],
            'speedlimit' => (int) $node['speed_limit'],
            'status' => $now - $online < 600,
            'enable' => $node['enable'],
            'statistics' => (float) $node['statistics'],
            'max_traffic' => (float) $node['max_traffic'],
            'last_online' => $online,
            'country' => (string) $node['country'],
            'tag' => (string) $node['tag'],
            'type' => $node['type'],
            'total_upload' => (float) $rows->upload(),
            'total_download' => (float) $rows->download(),
            'total_traffic' => (float) $rows->total(),
            'user_count' => $rows->users(),
            'total_records' => $rows->count(),
            'first_record' => $rows->first() ?? 0,
            'last_record' => $rows->last() ?? 0,
            'recent_upload' => (float) $recent->upload(),
            'recent_download' => (float) $recent->download(),
            'recent_traffic' => (float) $recent->total(),
            'recent_users' => $recent->users(),
            'avg_traffic_per_user' => Model::ratio($rows->total(), $rows->users()),
            'traffic_utilization' => Model::ratio($rows->total(), $node['max_traffic'] * 1_000_000_000) * 100,
            'is_online' => $now - $online < 600,
            'last_seen' => $now - $online,
        ];
    }
}
