<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/** Contract 4.8, and the small functions that tell times. */
final class Texts
{
    private const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB'];

    public function __construct(private readonly Model $model)
    {
    }

    public static function bytes(int|float $bytes, int $precision = 2, string $unit = 'auto'): string
    {
        if (!is_finite((float) $bytes) || $bytes < 0) {
            return '0 B';
        }
        $exponent = array_search($unit, self::UNITS, true);
        if ($unit === 'auto') {
            for ($exponent = 0; $exponent < 7 && $bytes >= 1_000 ** ($exponent + 1); $exponent++);
        }
        $value = $bytes / 1_000 ** (int) $exponent;
        if ((int) $exponent === 3) {
            return number_format($value, 2) . ' GB';
        }
        $digits = number_format($value, $precision, '.', '');
        return ($precision > 0 ? rtrim(rtrim($digits, '0'), '.') : $digits) . ' ' . self::UNITS[(int) $exponent];
    }

    public function formatBytesConfigurable(int|float $bytes, int $precision = 2, string $unit = 'auto'): string
    {
        return self::bytes($bytes, $precision, $unit);
    }

    public function getTimeFilter(?string $timeRange): ?int
    {
        $bounds = $this->model->ranges->bounds(Ranges::TRAFFIC, (string) $timeRange);
        return $bounds === false ? null : $bounds[0];
    }

    /** @return array{start: int}|false */
    public function getTimeRangeTimestamps(string $range): array|false
    {
        $start = $this->getTimeFilter($range);
        return $start === null ? false : ['start' => $start];
    }

    public function generateDefaultTimeLabels(string $range, int $points = 10): array
    {
        $now = $this->model->calendar->now;
        $start = $this->getTimeFilter($range);
        $format = $this->model->ranges->recentSeconds($range) !== null || $range === 'today' ? 'H:i' : 'm-d';
        return array_map(
            fn (int $at): string => $this->model->calendar->format(intdiv($start * ($points - 1) + ($now - $start) * $at, $points - 1), $format),
            range(0, $points - 1),
        );
    }

    /** Column D: timestamps count only for `time_range`. */
    public function calculateTimeRange(
        string $timeRange,
        ?string $startDate = null,
        ?string $endDate = null,
        ?int $from = null,
        ?int $to = null,
    ): array|false {
        $timestamps = $timeRange === 'time_range' ? [$from, $to] : [];
        return $this->model->ranges->bounds(Ranges::RANKING, $timeRange, $startDate, $endDate, ...$timestamps);
    }
}
