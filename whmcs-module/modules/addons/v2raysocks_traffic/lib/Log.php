<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The activity log of WHMCS, for errors and rare events only. */
final class Log
{
    /** @var array<string, true> what this request has logged */
    private static array $logged = [];

    /** Each text once a request, however often a page asks the same. */
    public static function activity(string $text): void
    {
        if (isset(self::$logged[$text])) {
            return;
        }
        self::$logged[$text] = true;
        if (function_exists('logActivity')) {
            \logActivity("V2RaySocks Traffic: $text", 0);
        }
    }

    public static function forget(): void
    {
        self::$logged = [];
    }
}
