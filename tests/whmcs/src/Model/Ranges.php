<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/** The contract's table 4.0 with its rulings: which seconds a range covers, and for whom. */
final class Ranges
{
    /** Column A. */
    public const TRAFFIC = 'traffic';
    /** Columns B, C, F and G. */
    public const RANKING = 'ranking';
    /** Column E. */
    public const NODE_CHART = 'node chart';
    /** Column I. */
    public const AGGREGATION = 'aggregation';

    public function __construct(private readonly Calendar $calendar)
    {
    }

    /**
     * Inclusive bounds, null where there is none; false for a bad request.
     *
     * @return array{int|null, int|null}|false
     */
    public function bounds(
        string $reader,
        string $word,
        ?string $startDate = null,
        ?string $endDate = null,
        ?int $from = null,
        ?int $to = null,
    ): array|false {
        $ofWord = $this->ofWord($word, $reader);
        if ($ofWord === null) {
            return false;
        }
        $first = $startDate === null ? null : $this->calendar->startOf($startDate);
        $last = $endDate === null ? null : $this->calendar->endOf($endDate);
        $both = $from !== null && $to !== null;
        [$start, $end] = match (true) {
            $reader === self::TRAFFIC => $this->narrowed($both ? [null, null] : $ofWord, [$first, $last], [$from, $to]),
            $both => [$from, $to],
            $word === 'custom' && $first !== null && $last !== null => [$first, $last],
            default => $ofWord,
        };
        return $start !== null && $end !== null && $start > $end ? false : [$start, $end];
    }

    /** Seconds of a range that ends now, or null for another word. */
    public function recentSeconds(string $word): ?int
    {
        $minutes = ['5min' => 5, '10min' => 10, '30min' => 30, '1hour' => 60, 'last_hour' => 60, 'last_1_hour' => 60,
            '2hours' => 120, '6hours' => 360, '12hours' => 720];
        return match (true) {
            isset($minutes[$word]) => $minutes[$word] * 60,
            preg_match('/^last_([1-9]\d*)_hours$/', $word, $found) === 1 => (int) $found[1] * 3_600,
            preg_match('/^[1-9]\d*$/', $word) === 1 => (int) $word * 60,
            default => null,
        };
    }

    private function narrowed(array ...$pairs): array
    {
        $starts = array_filter(array_column($pairs, 0), static fn (?int $t): bool => $t !== null);
        $ends = array_filter(array_column($pairs, 1), static fn (?int $t): bool => $t !== null);
        return [$starts === [] ? null : max($starts), $ends === [] ? null : min($ends)];
    }

    private function ofWord(string $word, string $reader): ?array
    {
        $calendar = $this->calendar;
        if ($word === 'yesterday') {
            $start = $calendar->daysAgoStart(1);
            return [$start < $calendar->todayStart() ? $start : $calendar->daysAgoStart(2), $calendar->todayStart() - 1];
        }
        if ($reader === self::TRAFFIC && in_array($word, ['all', 'custom', 'time_range'], true)) {
            return [null, null];
        }
        $recent = $this->recentSeconds($word);
        $days = ['week' => 6, '7days' => 6, 'halfmonth' => 14, '15days' => 14, 'month' => 29, '30days' => 29, 'month_including_today' => 29];
        $daysEnd = $reader === self::RANKING ? $calendar->todayEnd() : $calendar->now;
        $found = match (true) {
            in_array($word, ['today', 'custom', 'time_range'], true) =>
                [$calendar->todayStart(), $reader === self::AGGREGATION ? $calendar->now : $calendar->todayEnd()],
            isset($days[$word]) => [$calendar->daysAgoStart($days[$word]), $daysEnd],
            $word === 'current_month' => [$calendar->monthStart(), $daysEnd],
            $word === 'all' => [0, $calendar->now],
            $recent !== null => [$calendar->now - $recent, $calendar->now],
            default => null,
        };
        return $found !== null && $reader === self::TRAFFIC ? [$found[0], null] : $found;
    }
}
