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

    /** Longer texts repeat what somebody sent. */
    private const CHARS = 300;

    /** Each text once a request, however often a page asks the same; cut, and without markup. */
    public static function activity(string $text): void
    {
        self::write("V2RaySocks Traffic: $text");
    }

    /** A line about a run over large data, as version 1 wrote them. */
    public static function monitor(string $text): void
    {
        self::write("V2RaySocks Traffic Monitor: $text");
    }

    private static function write(string $text): void
    {
        $text = htmlspecialchars(mb_strimwidth(mb_scrub($text), 0, self::CHARS, '…'), ENT_NOQUOTES | ENT_SUBSTITUTE);
        if (isset(self::$logged[$text])) {
            return;
        }
        self::$logged[$text] = true;
        if (function_exists('logActivity')) {
            \logActivity($text, 0);
        }
    }

    public static function forget(): void
    {
        self::$logged = [];
    }
}
