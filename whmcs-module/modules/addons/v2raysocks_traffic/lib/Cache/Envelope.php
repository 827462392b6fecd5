<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Cache;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What lies in Redis under a key: a text with its moments and a checksum, as the extension keeps it too.
 *
 * Whoever can write to Redis can write anything there. What is not sealed for the very name that was asked for, with a
 * key that Redis does not have, is nothing.
 */
final class Envelope
{
    private const SEAL_BYTES = 8;

    private const MAGIC = 'TEC1';
    private const HEADER_BYTES = 49;
    private const CHECKSUM_AT = 41;
    private const DEFLATED = 1;
    private const NEGATIVE = 2;
    private const DEFLATE_BYTES_MIN = 1024;
    private const SKEW_MS_MAX = 60000;
    private const LIFE_MS_MAX = 172800000;

    /** Larger texts cost more to move than to compute. */
    public const BYTES_MAX = 1000000;

    /** @return string|null null for a text that is too large */
    public static function seal(string $name, string $text, int $nowMs, int $ttlMs, #[\SensitiveParameter] string $key): ?string
    {
        if (strlen($text) > self::BYTES_MAX) {
            return null;
        }
        $deflated = strlen($text) >= self::DEFLATE_BYTES_MIN && function_exists('gzdeflate') ? gzdeflate($text, 1) : false;
        $isSmaller = $deflated !== false && strlen($deflated) < strlen($text);
        $body = $isSmaller ? (string) $deflated : $text;
        $untilMs = $nowMs + $ttlMs;
        $head = pack('CJ4N', $isSmaller ? self::DEFLATED : 0, 0, $nowMs, $untilMs, $untilMs, strlen($text));
        return self::MAGIC . $head . self::checksum($name, $head, $body, $key) . $body;
    }

    /** @return string|null the text, null for what is not fresh or not of ours */
    public static function open(string $name, string $bytes, int $nowMs, #[\SensitiveParameter] string $key): ?string
    {
        if (strlen($bytes) < self::HEADER_BYTES || !str_starts_with($bytes, self::MAGIC)) {
            return null;
        }
        $head = substr($bytes, strlen(self::MAGIC), self::CHECKSUM_AT - strlen(self::MAGIC));
        $body = substr($bytes, self::HEADER_BYTES);
        if (!hash_equals(self::checksum($name, $head, $body, $key), substr($bytes, self::CHECKSUM_AT, self::SEAL_BYTES))) {
            return null;
        }
        /** @var array{flags: int, generation: int, made: int, fresh: int, stale: int, length: int} $fields */
        $fields = unpack('Cflags/Jgeneration/Jmade/Jfresh/Jstale/Nlength', $head);
        return self::isFresh($fields, $nowMs) ? self::text($fields['flags'], $fields['length'], $body) : null;
    }

    /** @param array{flags: int, generation: int, made: int, fresh: int, stale: int, length: int} $fields */
    private static function isFresh(array $fields, int $nowMs): bool
    {
        return $fields['made'] >= 0
            && $fields['made'] <= $nowMs + self::SKEW_MS_MAX
            && $fields['fresh'] > $nowMs
            && $fields['stale'] >= $fields['fresh']
            && $fields['stale'] - $fields['made'] <= self::LIFE_MS_MAX;
    }

    private static function text(int $flags, int $length, string $body): ?string
    {
        if (($flags & ~(self::DEFLATED | self::NEGATIVE)) !== 0 || $length > self::BYTES_MAX) {
            return null;
        }
        if (($flags & self::DEFLATED) !== 0) {
            // A length of 0 would mean any; what is longer than it tells is given up there.
            $body = $length > 0 && function_exists('gzinflate') ? @gzinflate($body, $length) : false;
        }
        return $body !== false && strlen($body) === $length ? $body : null;
    }

    private static function checksum(string $name, string $head, string $body, #[\SensitiveParameter] string $key): string
    {
        $sealed = pack('J', strlen($name)) . $name . $head . $body;
        return $key === '' ? hash('xxh3', $sealed, true) : substr(hash_hmac('sha256', $sealed, $key, true), 0, self::SEAL_BYTES);
    }
}
