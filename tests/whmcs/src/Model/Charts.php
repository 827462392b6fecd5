<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/** Contract 4.6. */
final class Charts
{
    private const DAY = 86_400;

    public function __construct(private readonly Model $model)
    {
    }

    public function getUserTrafficChart(
        int|string $userId,
        string $timeRange = 'today',
        ?string $startDate = null,
        ?string $endDate = null,
        ?int $from = null,
        ?int $to = null,
    ): array {
        $bounds = $this->model->ranges->bounds(Ranges::RANKING, $timeRange, $startDate, $endDate, $from, $to);
        $by = match ($timeRange) {
            'time_range' => 'hours',
            'custom' => 'days',
            default => $this->cut($timeRange, $from !== null && $to !== null, $bounds),
        };
        $nodes = fn (Rows $rows): int => $this->model->nodes->count($rows);
        $isWanted = static fn (array $row): bool => $row['user_id'] === (int) $userId;
        return $this->series($isWanted, $bounds, $by, 'nodes', $nodes) + ['user_id' => $userId, 'time_range' => $timeRange];
    }

    public function getNodeTrafficChart(int|string $nodeId, string $timeRange = 'today', ?int $from = null, ?int $to = null): array
    {
        $bounds = $this->model->ranges->bounds(Ranges::NODE_CHART, $timeRange, null, null, $from, $to);
        $by = in_array($timeRange, ['custom', 'time_range'], true)
            ? $this->bySpan($bounds)
            : $this->cut($timeRange, $from !== null && $to !== null, $bounds);
        $users = static fn (Rows $rows): int => $rows->users();
        $isWanted = fn (array $row): bool => $this->model->nodes->belongs($row, (string) $nodeId);
        return $this->series($isWanted, $bounds, $by, 'users', $users) + ['node_id' => $nodeId, 'time_range' => $timeRange];
    }

    private function cut(string $word, bool $isReplaced, array|false $bounds): string
    {
        $recent = $this->model->ranges->recentSeconds($word);
        return match (true) {
            in_array($word, ['today', 'yesterday'], true) => $isReplaced ? $this->bySpan($bounds) : 'hours of day',
            $recent !== null => $recent <= self::DAY ? 'hours' : 'days',
            default => 'days',
        };
    }

    private function bySpan(array|false $bounds): string
    {
        return $bounds !== false && $bounds[1] - $bounds[0] > self::DAY ? 'days' : 'hours';
    }

    private function series(callable $isWanted, array|false $bounds, string $by, string $counted, callable $count): array
    {
        $rows = $bounds === false ? new Rows([]) : $this->model->usage->between(...$bounds)->where($isWanted);
        $calendar = $this->model->calendar;
        $label = static fn (int $t): string => $calendar->format($t, $by === 'days' ? 'Y-m-d' : 'H:00');
        $points = $rows->by(static fn (array $row): int|string => $by === 'hours' ? $calendar->hourStart($row['t']) : $label($row['t']));
        $gigabytes = static fn (string $sum): array =>
            array_values(array_map(static fn (Rows $rows): float => $rows->$sum() / 1e9, $points));
        return [
            'labels' => array_values(array_map(static fn (Rows $rows): string => $label($rows->first()), $points)),
            'upload' => $gigabytes('upload'),
            'download' => $gigabytes('download'),
            'total' => $gigabytes('total'),
            $counted => array_values(array_map($count, $points)),
        ];
    }
}
