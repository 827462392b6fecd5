<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Byte counts for people, in decimal units. */
final class ByteFormat
{
    private const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB'];

    public static function auto(int|float $bytes): string
    {
        return self::of((float) $bytes, 2, 'auto');
    }

    /** @param string $unit `auto` for the largest unit that leaves at least 1; an unknown unit means bytes */
    public static function of(float $bytes, int $precision, string $unit): string
    {
        if (!is_finite($bytes) || $bytes < 0) {
            return '0 B';
        }
        $exponent = $unit === 'auto' ? self::exponent($bytes) : (int) array_search($unit, self::UNITS, true);
        $value = $bytes / 1000 ** $exponent;
        if (self::UNITS[$exponent] === 'GB') {
            return number_format($value, 2) . ' GB';
        }
        return self::plain(round($value, $precision)) . ' ' . self::UNITS[$exponent];
    }

    private static function exponent(float $bytes): int
    {
        $exponent = 0;
        // Compared, not computed by logarithms, which miss by one at some powers.
        while ($exponent < count(self::UNITS) - 1 && $bytes >= 1000 ** ($exponent + 1)) {
            $exponent++;
        }
        return $exponent;
    }

    /** A number without trailing zeros and never in powers of ten. */
    private static function plain(float $value): string
    {
        return $value < 1e15 ? (string) $value : number_format($value, 0, '.', '');
    }
}
