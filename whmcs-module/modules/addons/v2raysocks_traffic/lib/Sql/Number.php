<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Numbers as databases hand them over. */
final class Number
{
    public const GB = 1000000000;

    /** A sum, exact as an integer where it fits into one; databases give sums as text. */
    public static function sum(mixed $value): int|float
    {
        // A text beyond the integers becomes the nearest float.
        return self::whole($value) ?? 0;
    }

    /**
     * A number of a column of whatever kind: an integer where it is one that fits, for DECIMAL and texts come as text.
     */
    public static function whole(mixed $value): int|float|null
    {
        if (!is_string($value)) {
            return is_int($value) || is_float($value) ? $value : null;
        }
        if (!is_numeric($value)) {
            return 0; // As the server itself takes it in a sum.
        }
        return (preg_match('/\A([+-]?[0-9]+)\.0*\z/', $value, $found) === 1 ? $found[1] : $value) + 0;
    }

    /** All digits of a whole number, which databases may give with zeros behind a point. */
    public static function digits(mixed $value): string
    {
        return (string) preg_replace('/\.0*\z/', '', (string) $value);
    }

    /** A part of a whole, 0 where there is nothing to divide by. */
    public static function ratio(int|float $part, int|float $whole): float
    {
        return $whole > 0 ? (float) ($part / $whole) : 0.0;
    }

    /** `sum / count` with four decimals, half up, as SQL prints the average of integers. */
    public static function average(int|float $sum, int $count): string
    {
        if (is_float($sum)) {
            return number_format($sum / $count, 4, '.', '');
        }
        $fraction = intdiv(($sum % $count) * 10000 + intdiv($count, 2), $count);
        return sprintf('%d.%04d', intdiv($sum, $count) + intdiv($fraction, 10000), $fraction % 10000);
    }

    /** A sum as decimal text. */
    public static function text(int|float $sum): string
    {
        return is_int($sum) ? (string) $sum : number_format($sum, 0, '.', '');
    }
}
