<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Cache;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** How long answers are kept. */
final class Ttl
{
    private const CONFIGURATION_S = 600;
    private const LIVE_S = 60;
    private const OTHER_S = 120;
    private const LONGEST_S = 86400;

    /** Seconds for a key. */
    public static function of(string $key): int
    {
        return match (true) {
            self::holds($key, 'language_config', 'server_info_config', 'server_options') => self::CONFIGURATION_S,
            self::holds($key, 'live_stats', 'traffic_5min', 'real_time') => self::LIVE_S,
            default => self::OTHER_S,
        };
    }

    /** Milliseconds, moved by up to a tenth so that what was made together does not end together. */
    public static function jitteredMs(int $seconds): int
    {
        return max(1, min($seconds, self::LONGEST_S)) * random_int(900, 1100);
    }

    private static function holds(string $key, string ...$parts): bool
    {
        foreach ($parts as $part) {
            if (str_contains($key, $part)) {
                return true;
            }
        }
        return false;
    }
}
