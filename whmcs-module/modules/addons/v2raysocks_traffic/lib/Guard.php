<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Turns failures into what callers of the module's functions have always had: an empty answer, and a log line. */
final class Guard
{
    /**
     * @template T
     * @param callable(): T $ask
     * @param T $empty
     * @return T
     */
    public static function answer(string $what, callable $ask, mixed $empty): mixed
    {
        try {
            return $ask();
        } catch (\Throwable $failure) {
            self::log($what, $failure);
            return $empty;
        }
    }

    /** Without the name where all questions fail alike, so that the log holds one line and not one each. */
    public static function log(string $what, \Throwable $failure): void
    {
        Log::activity(($failure instanceof Unavailable ? '' : "$what: ") . self::words($failure));
    }

    /** What to tell the admin: our own texts as they are, of others only where they come from. */
    public static function words(\Throwable $failure): string
    {
        if ($failure instanceof BadRequest || $failure instanceof Unavailable) {
            return $failure->getMessage();
        }
        $place = basename($failure->getFile()) . ':' . $failure->getLine();
        return 'internal error (' . $failure::class . " at $place); please report it";
    }
}
