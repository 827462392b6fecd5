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

    /** Seconds for a key. */
    public static function of(string $key): int
    {
        return match (true) {
            self::holds($key, 'language_config', 'server_info_config', 'server_options') => self::CONFIGURATION_S,
            self::holds($key, 'live_stats', 'traffic_5min', 'real_time') => self::LIVE_S,
            default => self::OTHER_S,
        };
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
