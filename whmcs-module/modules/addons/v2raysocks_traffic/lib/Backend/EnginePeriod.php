<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\Sql\Chart;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Meaning;
use V2RaySocksTraffic\Time\RangeRequest;
use V2RaySocksTraffic\Time\Reader;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The one period that the extension is asked about.
 *
 * The addon's functions take a word, dates and timestamps at once, and follow the original's rules as to which of them
 * count. The extension refuses mixtures, so it is given what they come to: a word, two dates or two timestamps.
 */
final class EnginePeriod
{
    /** @return array<string, int|string> the options of the period */
    public static function options(RangeRequest $range, Reader $reader): array
    {
        $hasDates = $range->startDate !== null && $range->endDate !== null;
        $hasOneEnd = ($range->from ?? $range->to) !== null || ($range->startDate ?? $range->endDate) !== null;
        return match (true) {
            $range->hasTimestamps() => ['start_timestamp' => $range->from, 'end_timestamp' => $range->to],
            $hasDates && self::areDatesAll($range, $reader) => [
                'start_date' => $range->startDate,
                'end_date' => $range->endDate,
            ],
            self::isWordAll($range, $reader, $hasOneEnd) => ['time_range' => $range->word->text],
            default => self::between($range->resolve(new Calendar(), $reader)),
        };
    }

    /** @return array<string, int|string> the period of a user's chart, and its grain where the word alone decides it */
    public static function ofUserChart(Request $request): array
    {
        $period = self::options($request->range, Reader::Ranking);
        return self::withGrain($period, Chart::userBuckets($request->range, self::window($period)));
    }

    /** @return array<string, int|string> as of a user's chart */
    public static function ofNodeChart(Request $request): array
    {
        $period = self::options($request->range, Reader::NodeChart);
        return self::withGrain($period, Chart::nodeBuckets($request->range, self::window($period)));
    }

    /**
     * True when the dates are all that counts: those of `custom`, or for raw rows those of a word that limits nothing.
     */
    private static function areDatesAll(RangeRequest $range, Reader $reader): bool
    {
        $isUnbounded = in_array($range->word->meaning, [Meaning::All, Meaning::TimeRange], true);
        return $range->from === null && $range->to === null
            && ($range->word->meaning === Meaning::Custom || ($reader === Reader::Traffic && $isUnbounded));
    }

    /** True when the word is all that counts. Single ends narrow it for raw rows alone. */
    private static function isWordAll(RangeRequest $range, Reader $reader, bool $hasOneEnd): bool
    {
        $needsBounds = in_array($range->word->meaning, [Meaning::Custom, Meaning::TimeRange], true);
        return !$needsBounds && ($reader !== Reader::Traffic || !$hasOneEnd);
    }

    /** @return array<string, int|string> */
    private static function between(Window $window): array
    {
        return $window->start === null && $window->end === null
            ? ['time_range' => 'all']
            : ['start_timestamp' => $window->start ?? PHP_INT_MIN, 'end_timestamp' => $window->end ?? PHP_INT_MAX];
    }

    /**
     * Both seconds of a period of two timestamps; other periods have their own way to be cut.
     *
     * @param array<string, int|string> $period
     */
    private static function window(array $period): Window
    {
        return new Window(
            isset($period['start_timestamp']) ? (int) $period['start_timestamp'] : null,
            isset($period['end_timestamp']) ? (int) $period['end_timestamp'] : null,
        );
    }

    /**
     * @param array<string, int|string> $period
     * @return array<string, int|string>
     */
    private static function withGrain(array $period, string $buckets): array
    {
        $isByTimestamps = isset($period['start_timestamp']);
        return $isByTimestamps ? $period + ['grain' => $buckets === Chart::DAYS ? 'day' : 'hour'] : $period;
    }
}
