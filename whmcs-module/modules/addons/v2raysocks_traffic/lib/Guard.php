<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Backend\EngineReason;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Turns failures into what callers of the module's functions have always had: an empty answer, and a log line. */
final class Guard
{
    /** After so long an outage that goes on is told again. */
    private const OUTAGE_S = 3600;

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
        if ($failure instanceof Unavailable) {
            self::outage(self::words($failure));
        } else {
            Log::activity("$what: " . self::words($failure));
        }
    }

    /** The same, but for questions that make no sense: who asked is told, and nobody else need know. */
    public static function logFailure(string $what, \Throwable $failure): void
    {
        if (!$failure instanceof BadRequest) {
            self::log($what, $failure);
        }
    }

    /** An outage is one event, however many requests meet it. */
    private static function outage(string $text): void
    {
        $settings = Module::get()->settings;
        $isTold = $settings->get('outage') === $text && (int) $settings->get('outage_at') > time() - self::OUTAGE_S;
        if (!$isTold) {
            $settings->remember('outage', $text);
            $settings->remember('outage_at', (string) time());
            Log::activity($text);
        }
    }

    /** The same in the language of the page. */
    public static function shown(\Throwable $failure): string
    {
        return Wording::shown(self::words($failure), Language::get());
    }

    /** What to tell the admin: our own texts as they are, the extension's by their code, of others only where they come from. */
    public static function words(\Throwable $failure): string
    {
        if ($failure instanceof BadRequest || $failure instanceof Unavailable) {
            return $failure->getMessage();
        }
        if (EngineReason::isOfEngine($failure)) {
            return EngineReason::of($failure)->text(Language::get(), Module::get()->serverOrNull());
        }
        $place = basename($failure->getFile()) . ':' . $failure->getLine();
        return 'internal error (' . $failure::class . " at $place); please report it";
    }
}
