<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Time;

use V2RaySocksTraffic\BadRequest;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** A word of the one vocabulary of time ranges, which all questions share. */
final class RangeWord
{
    private const KNOWN = 'today, yesterday, week, halfmonth, month, month_including_today, current_month, '
        . 'last_N_hours, a number of minutes, all, custom, time_range';

    private const LAST_S = [
        'last_hour' => 3600, '5min' => 300, '10min' => 600, '30min' => 1800, '1hour' => 3600, '2hours' => 7200,
        '6hours' => 21600, '12hours' => 43200,
    ];

    /** Longest range in seconds that still names a date. */
    private const SECONDS_MAX = 253402207200;

    private function __construct(
        public readonly string $text,
        public readonly Meaning $meaning,
        /** Days of Days, seconds of Last, else 0. */
        public readonly int $length = 0,
    ) {
    }

    /** @throws BadRequest when the vocabulary lacks the word */
    public static function of(string $text): self
    {
        return match ($text) {
            'today' => new self($text, Meaning::Today),
            'yesterday' => new self($text, Meaning::Yesterday),
            'week', '7days' => new self($text, Meaning::Days, 7),
            'halfmonth', '15days' => new self($text, Meaning::Days, 15),
            'month', '30days', 'month_including_today' => new self($text, Meaning::Days, 30),
            'current_month' => new self($text, Meaning::CurrentMonth),
            'all' => new self($text, Meaning::All),
            'custom' => new self($text, Meaning::Custom),
            'time_range' => new self($text, Meaning::TimeRange),
            default => new self($text, Meaning::Last, self::LAST_S[$text] ?? self::relative($text)),
        };
    }

    /** `last_N_hours` and a bare number of minutes, in seconds. */
    private static function relative(string $text): int
    {
        $units = preg_match('/\Alast_([0-9]+)_hours?\z/', $text, $found) === 1 ? [$found[1], 3600] : [$text, 60];
        [$count, $unit] = $units;
        // Longer texts of digits would not fit into an integer.
        $seconds = ctype_digit($count) && strlen($count) < 15 ? (int) $count * $unit : 0;
        if ($seconds < 1 || $seconds > self::SECONDS_MAX) {
            throw new BadRequest('unknown time range "' . mb_strimwidth($text, 0, 40, '…') . '"; use one of: ' . self::KNOWN);
        }
        return $seconds;
    }
}
