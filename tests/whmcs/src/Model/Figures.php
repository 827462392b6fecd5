<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/** Contract 4.3: figures of now and of all time. */
final class Figures
{
    public function __construct(private readonly Model $model)
    {
    }

    public function getLiveStats(): array
    {
        $now = $this->model->calendar->now;
        $active = fn (int $seconds): int => $this->model->usage->since($now - $seconds)->users();
        $today = $this->today();
        return [
            'total_users' => count($this->model->users),
            'active_users' => ['5min' => $active(300), '1hour' => $active(3_600), '4hour' => $active(14_400), '24hours' => $active(86_400)],
            'total_nodes' => count($this->model->nodes->byId),
            'online_nodes' => count(array_filter(
                $this->model->nodes->byId,
                static fn (array $node): bool => (int) $node['last_online'] >= $now - 600,
            )),
            'today_upload' => (float) $today->upload(),
            'today_download' => (float) $today->download(),
            'traffic_periods' => [
                '5min' => $this->period($now - 300),
                '1hour' => $this->period($now - 3_600),
                '4hour' => $this->period($now - 14_400),
                'monthly' => $this->period($this->model->calendar->monthStart()),
            ],
            'last_updated' => $now,
        ];
    }

    public function getTodayTrafficData(): array
    {
        $calendar = $this->model->calendar;
        $byHour = $this->today()->by(static fn (array $row): int => $calendar->hourOfDay($row['t']));
        $hours = [];
        for ($hour = 0; $hour < 24; $hour++) {
            if ($hour <= $calendar->hourOfDay($calendar->now) || isset($byHour[$hour])) {
                $rows = $byHour[$hour] ?? new Rows([]);
                $hours[sprintf('%02d', $hour)] = ['upload' => (float) $rows->upload(), 'download' => (float) $rows->download()];
            }
        }
        return [
            'date' => $calendar->date($calendar->now),
            'hourly_stats' => $hours,
            'timezone' => $calendar->zoneName,
            'last_updated' => $calendar->now,
        ];
    }

    public function getTotalTrafficSinceLaunch(): array
    {
        $calendar = $this->model->calendar;
        $rows = $this->model->usage->where(static fn (array $row): bool => $row['u'] > 0 || $row['d'] > 0);
        return [
            'total_upload' => (float) $rows->upload(),
            'total_download' => (float) $rows->download(),
            'total_traffic' => (float) $rows->total(),
            'avg_upload' => Model::ratio($rows->upload(), $rows->count()),
            'avg_download' => Model::ratio($rows->download(), $rows->count()),
            'first_record' => $calendar->format($rows->first()),
            'last_record' => $calendar->format($rows->last()),
            'total_records' => $rows->count(),
            // No day is active while the clock is before the first row.
            'days_active' => max(0.0, ceil(($calendar->now - $rows->first()) / 86_400)),
            'last_updated' => $calendar->now,
        ];
    }

    public function getHistoricalPeakTraffic(): array
    {
        $calendar = $this->model->calendar;
        $days = $this->model->usage->by(static fn (array $row): string => $calendar->date($row['t']));
        $totals = array_map(static fn (Rows $rows): int => $rows->total(), $days);
        // The earliest of equal days, as `by` put them in order.
        return [
            'peak_date' => array_search(max($totals), $totals, true),
            'peak_traffic' => (float) max($totals),
            'last_updated' => $calendar->now,
        ];
    }

    private function today(): Rows
    {
        return $this->model->usage->between($this->model->calendar->todayStart(), $this->model->calendar->todayEnd());
    }

    private function period(int $start): array
    {
        $rows = $this->model->usage->since($start);
        return ['upload' => (float) $rows->upload(), 'download' => (float) $rows->download(), 'total' => (float) $rows->total()];
    }
}
