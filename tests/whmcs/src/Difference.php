<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

/** Where two answers differ: in keys, their order, PHP types or values. */
final class Difference
{
    /** Ratios may differ in the last bits, sums may not. */
    private const TOLERANCE = 1e-12;

    /** The first difference, or null. Strict: also in PHP types; otherwise int and float are one. */
    public static function of(mixed $want, mixed $got, bool $strict = true, string $path = ''): ?string
    {
        if (is_object($want) && is_object($got)) {
            return self::of((array) $want, (array) $got, $strict, "$path{object}");
        }
        if (is_array($want) && is_array($got)) {
            return self::ofArrays($want, $got, $strict, $path);
        }
        $isNumber = !$strict && self::isNumber($want) && self::isNumber($got);
        if (!$isNumber && get_debug_type($want) !== get_debug_type($got)) {
            return "$path: want " . self::shown($want) . ', got ' . self::shown($got);
        }
        return self::isEqual($want, $got) ? null : "$path: want " . self::shown($want) . ', got ' . self::shown($got);
    }

    private static function ofArrays(array $want, array $got, bool $strict, string $path): ?string
    {
        if (array_keys($want) !== array_keys($got)) {
            return array_is_list($want) && array_is_list($got)
                ? sprintf('%s: want %d entries, got %d', $path, count($want), count($got))
                : sprintf('%s: want keys %s, got %s', $path, implode(' ', array_keys($want)), implode(' ', array_keys($got)));
        }
        foreach ($want as $key => $value) {
            $difference = self::of($value, $got[$key], $strict, "{$path}[$key]");
            if ($difference !== null) {
                return $difference;
            }
        }
        return null;
    }

    private static function isEqual(mixed $want, mixed $got): bool
    {
        if (!is_float($want) && !is_float($got)) {
            // JSON of the extension is exact where the model's floats are not.
            $isBeyondFloats = is_int($want) && is_int($got) && abs($want) > 2 ** 53;
            return $want === $got || ($isBeyondFloats && (float) $want === (float) $got);
        }
        $isSum = fmod((float) $want, 1.0) === 0.0 && abs($want) > 1e6;
        return $want == $got || (!$isSum && abs($want - $got) <= self::TOLERANCE * abs((float) $want));
    }

    private static function isNumber(mixed $value): bool
    {
        return is_int($value) || is_float($value);
    }

    private static function shown(mixed $value): string
    {
        return get_debug_type($value) . ' ' . mb_strimwidth((string) json_encode($value, JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION), 0, 120, '…');
    }
}
