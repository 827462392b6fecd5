<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Time;

use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\RequestParser;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Small functions around ranges that the module has always offered. */
final class LegacyRanges
{
    private const DAY_LABELS = ['week', 'halfmonth', 'month', 'month_including_today'];
    private const HOUR_LABELS = ['5min', '10min', '30min', '1hour', '2hours', '6hours', '12hours', 'today'];

    /** First second of a range of raw rows, null without one and for an unknown word. */
    public static function trafficStart(string $word): ?int
    {
        try {
            return RangeRequest::named($word)->resolve(new Calendar(), Reader::Traffic)->start;
        } catch (BadRequest) {
            return null;
        }
    }

    /** First second of a range that labels can be made for. */
    public static function labelStart(string $word): ?int
    {
        $isKnown = in_array($word, [...self::HOUR_LABELS, ...self::DAY_LABELS], true);
        return $isKnown ? self::trafficStart($word) : null;
    }

    /** @return list<string> so many labels, evenly spaced from the start of a range to now */
    public static function labels(string $word, int $points): array
    {
        $calendar = new Calendar();
        $start = self::labelStart($word);
        if ($start === null || $points < 1) {
            return [\v2raysocks_traffic_lang('no_data')];
        }
        $format = in_array($word, self::DAY_LABELS, true) ? 'm-d' : 'H:i';
        $step = $points === 1 ? 0 : ($calendar->now() - $start) / ($points - 1);
        return array_map(
            static fn (int $at): string => $calendar->format((int) ($start + $at * $step), $format),
            range(0, $points - 1),
        );
    }

    /**
     * The range of a user ranking, where timestamps count for `time_range` only.
     *
     * @return array{int, int}
     */
    public static function calculate(mixed $word, mixed $startDate, mixed $endDate, mixed $from, mixed $to): array
    {
        [$first, $last] = $word === 'time_range' ? [$from, $to] : [null, null];
        $window = RequestParser::range($word, $startDate, $endDate, $first, $last)
            ->resolve(new Calendar(), Reader::Ranking);
        return [$window->start ?? 0, $window->end ?? PHP_INT_MAX];
    }
}
