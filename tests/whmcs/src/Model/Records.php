<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/** Contract 4.2 and 4.7: single rows, and rows grouped by time. */
final class Records
{
    public function __construct(private readonly Model $model)
    {
    }

    public function getTrafficData(array $filters = []): array
    {
        return $this->traffic($filters, false);
    }

    public function getEnhancedTrafficData(array $filters = []): array
    {
        return $this->traffic($filters, true);
    }

    public function getTrafficByServiceId(int|string $serviceId, array $filters = []): array
    {
        return $this->traffic(['service_id' => $serviceId] + $filters, false);
    }

    public function searchByServiceId(int|string $serviceId, array $filters = []): array
    {
        return $this->traffic(['service_id' => $serviceId] + $filters, true);
    }

    /** Groups what it is given, whatever the range was. */
    public function groupDataByTime(array $data, string $timeRange = 'today'): array
    {
        $calendar = $this->model->calendar;
        $days = array_unique(array_map(static fn (array $row): string => $calendar->date($row['t']), $data));
        $byHour = in_array($timeRange, ['today', 'time_range'], true) || ($timeRange === 'custom' && count($days) <= 1);
        $keyOf = static fn (array $row): string => $calendar->format($row['t'], $byHour ? 'H:00' : 'Y-m-d');
        $groups = [];
        foreach ((new Rows($data))->by($keyOf) as $key => $rows) {
            $groups[$key] = [
                'upload' => (float) $rows->upload(),
                'download' => (float) $rows->download(),
                'total' => (float) $rows->total(),
                'timeKey' => $key,
                'timestamp' => $rows->last(),
            ];
        }
        return $groups;
    }

    public function getDayTraffic(array $filters = []): array
    {
        [$start, $end] = $this->model->ranges->bounds(Ranges::TRAFFIC, 'all', $filters['start'] ?? null, $filters['end'] ?? null);
        $rows = $this->model->usage->between($start, $end)->where(function (array $row) use ($filters): bool {
            $user = $this->model->users[$row['user_id']] ?? null;
            return $user !== null
                && (empty($filters['sid']) || $user['sid'] === (int) $filters['sid'])
                && (empty($filters['uuid']) || strcasecmp($user['uuid'], $filters['uuid']) === 0);
        });
        $keyOf = fn (array $row): string =>
            sprintf('%s %09d', $this->model->calendar->date($row['t']), $this->model->users[$row['user_id']]['sid']);
        $days = [];
        foreach ($rows->by($keyOf) as $key => $group) {
            [$date, $sid] = explode(' ', $key);
            $days[] = ['date' => $date, 'sid' => (int) $sid, 'upload' => (float) $group->upload(), 'download' => (float) $group->download()];
        }
        // Newest day first; `by` put services in order within the day.
        usort($days, static fn (array $a, array $b): int => [$b['date'], $a['sid']] <=> [$a['date'], $b['sid']]);
        return $days;
    }

    public function getUsageRecords(
        int|string|null $nodeId = null,
        int|string|null $userId = null,
        string $timeRange = 'today',
        int $limit = PHP_INT_MAX,
        ?string $startDate = null,
        ?string $endDate = null,
        ?string $uuid = null,
        ?int $from = null,
        ?int $to = null,
    ): array {
        $bounds = $this->model->ranges->bounds(Ranges::RANKING, $timeRange, $startDate, $endDate, $from, $to);
        if ($bounds === false) {
            return [];
        }
        $rows = $this->model->usage->between(...$bounds)->where(fn (array $row): bool =>
            ($nodeId === null || $this->model->nodes->belongs($row, (string) $nodeId))
            && ($userId === null || $row['user_id'] === (int) $userId)
            && ($uuid === null || strcasecmp($this->model->users[$row['user_id']]['uuid'] ?? '', $uuid) === 0));
        return array_map($this->record(...), array_slice($rows->newestFirst()->rows, 0, $limit));
    }

    private function record(array $row): array
    {
        $user = $this->model->users[$row['user_id']] ?? null;
        $node = $this->model->nodes->of($row);
        return [
            'id' => $row['id'],
            'user_id' => $row['user_id'],
            't' => $row['t'],
            'u' => (float) $row['u'],
            'd' => (float) $row['d'],
            'node' => $row['node'],
            'count_rate' => $row['count_rate'] ?: 1.0,
            'uuid' => $user['uuid'] ?? null,
            'sid' => $user['sid'] ?? null,
            'node_name' => $node['name'] ?? null,
            'node_country' => $node['country'] ?? null,
            'total_traffic' => (float) ($row['u'] + $row['d']),
            'formatted_time' => $this->model->calendar->format($row['t']),
            'formatted_upload' => Texts::bytes($row['u']),
            'formatted_download' => Texts::bytes($row['d']),
            'formatted_total' => Texts::bytes($row['u'] + $row['d']),
        ];
    }

    private function traffic(array $filters, bool $enhanced): array
    {
        $bounds = $this->model->ranges->bounds(
            Ranges::TRAFFIC,
            $filters['time_range'] ?? 'all',
            $filters['start_date'] ?? $filters['start'] ?? null,
            $filters['end_date'] ?? $filters['end'] ?? null,
            $filters['start_timestamp'] ?? null,
            $filters['end_timestamp'] ?? null,
        );
        if ($bounds === false) {
            return [];
        }
        $isWanted = fn (array $row): bool => $this->isWanted($row, $filters, $enhanced);
        $rows = $this->model->usage->between(...$bounds)->where($isWanted)->newestFirst()->rows;
        return array_map(fn (array $row): array => $this->trafficRow($row, $enhanced), $rows);
    }

    private function isWanted(array $row, array $filters, bool $enhanced): bool
    {
        $user = $this->model->users[$row['user_id']] ?? null;
        $service = $filters['service_id'] ?? $filters['sid'] ?? null;
        $isLeftOut = $enhanced && $row['node'] === 'DAY'
            && (!empty($filters['exclude_day_traffic']) || !empty($filters['node_id']));
        return !$isLeftOut
            && (empty($filters['user_id']) || $row['user_id'] === (int) $filters['user_id'])
            && (empty($service) || ($user !== null && $user['sid'] === (int) $service))
            && (empty($filters['node_id']) || $row['node'] === (string) $filters['node_id'])
            && (empty($filters['uuid']) || ($user !== null && stripos($user['uuid'], $filters['uuid']) !== false));
    }

    private function trafficRow(array $row, bool $enhanced): array
    {
        $user = $this->model->users[$row['user_id']] ?? null;
        $node = $this->model->nodes->of($row);
        $name = match (true) {
            $enhanced && $row['node'] === 'DAY' => 'Day Summary',
            ($node['name'] ?? '') !== '' => $node['name'],
            default => $row['node'],
        };
        $answer = [
            'id' => $row['id'],
            'user_id' => $row['user_id'],
            't' => $row['t'],
            'u' => $row['u'],
            'd' => $row['d'],
            'node' => $row['node'],
            'count_rate' => $row['count_rate'],
            'uuid' => $user['uuid'] ?? null,
            'service_id' => $user['sid'] ?? null,
            'transfer_enable' => $user['transfer_enable'] ?? null,
            'total_upload' => $user['u'] ?? null,
            'total_download' => $user['d'] ?? null,
            'speedlimitss' => $user['speedlimitss'] ?? null,
            'speedlimitother' => $user['speedlimitother'] ?? null,
            'illegal' => $user['illegal'] ?? null,
            'node_name' => $name,
        ];
        if (!$enhanced) {
            $answer['node_address'] = $node['address'] ?? null;
        }
        return $answer + [
            'node_identifier' => $row['node'],
            'current_node_name' => $row['t'] >= $this->model->calendar->todayStart() ? $name : '',
        ];
    }
}
