<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/** Contract 6.3. */
final class Aggregates
{
    public function __construct(private readonly Model $model)
    {
    }

    public function streamProcessTrafficData(string $timeRange, string $groupBy = 'user'): array
    {
        $bounds = $this->model->ranges->bounds(Ranges::AGGREGATION, $timeRange);
        $rows = $bounds === false ? new Rows([]) : $this->model->usage->between(...$bounds);
        return match ($groupBy) {
            'user' => $this->byUser($rows),
            'node' => $this->byNode($rows),
            'time' => $this->byTime($rows),
            'hourly' => $this->byHourOfDay($rows),
            default => [],
        };
    }

    private function byUser(Rows $rows): array
    {
        $answer = [];
        foreach (self::mostFirst($rows->by(static fn (array $row): int => $row['user_id'])) as [$id, $group]) {
            $user = $this->model->users[$id] ?? null;
            if ($user !== null) {
                $answer[] = [
                    'user_id' => $id,
                    'uuid' => $user['uuid'],
                    'sid' => $user['sid'],
                    'total_traffic' => (string) $group->total(),
                    'unique_nodes' => $this->model->nodes->count($group),
                    'total_records' => $group->count(),
                    'avg_traffic_per_record' => self::average($group),
                    'last_activity' => $group->last(),
                ];
            }
        }
        return $answer;
    }

    private function byNode(Rows $rows): array
    {
        // Ids of one length, so that listed nodes tie by id, and before the texts of others.
        $keyOf = fn (array $row): string => preg_replace_callback(
            '/^id:(\d+)$/',
            static fn (array $found): string => sprintf('id:%011d', $found[1]),
            $this->model->nodes->meaning($row['node']),
        );
        $listed = $rows->where(static fn (array $row): bool => $row['node'] !== 'DAY');
        $answer = [];
        foreach (self::mostFirst($listed->by($keyOf)) as [$key, $group]) {
            $node = $this->model->nodes->of($group->rows[0]);
            $answer[] = [
                'node' => $node['name'] ?? $group->rows[0]['node'],
                'node_name' => $node['name'] ?? null,
                'total_traffic' => (string) $group->total(),
                'unique_users' => $group->users(),
                'total_records' => $group->count(),
                'avg_traffic_per_record' => self::average($group),
            ];
        }
        return $answer;
    }

    private function byTime(Rows $rows): array
    {
        $calendar = $this->model->calendar;
        $answer = [];
        foreach ($rows->by(static fn (array $row): int => $calendar->hourStart($row['t'])) as $hour => $group) {
            $answer[] = [
                'time_hour' => $calendar->format($hour, 'Y-m-d H:00:00'),
                'timestamp_hour' => $hour,
                'total_traffic' => (string) $group->total(),
                'unique_users' => $group->users(),
                'unique_nodes' => $this->model->nodes->count($group),
                'total_records' => $group->count(),
            ];
        }
        return $answer;
    }

    private function byHourOfDay(Rows $rows): array
    {
        $calendar = $this->model->calendar;
        $answer = [];
        foreach ($rows->by(static fn (array $row): int => $calendar->hourOfDay($row['t'])) as $hour => $group) {
            $answer[] = [
                'hour_of_day' => $hour,
                'total_traffic' => (string) $group->total(),
                'unique_users' => $group->users(),
                'unique_nodes' => $this->model->nodes->count($group),
                'avg_traffic_per_record' => self::average($group),
            ];
        }
        return $answer;
    }

    /**
     * Groups by descending traffic; equal ones keep the order of their keys.
     *
     * @return list<array{int|string, Rows}>
     */
    private static function mostFirst(array $groups): array
    {
        $pairs = array_map(null, array_keys($groups), array_values($groups));
        usort($pairs, static fn (array $a, array $b): int => $b[1]->total() <=> $a[1]->total());
        return $pairs;
    }

    /** Bytes by row with four decimals, half up. */
    private static function average(Rows $rows): string
    {
        [$total, $count] = [$rows->total(), $rows->count()];
        $decimals = intdiv($total % $count * 20_000 + $count, 2 * $count);
        return sprintf('%d.%04d', intdiv($total, $count) + intdiv($decimals, 10_000), $decimals % 10_000);
    }
}
