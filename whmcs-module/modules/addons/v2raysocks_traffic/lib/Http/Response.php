<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use V2RaySocksTraffic\Backend\MadePieces;
use V2RaySocksTraffic\Json;
use V2RaySocksTraffic\Spool;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Ends the request with something other than a page of WHMCS. */
final class Response
{
    /**
     * Sends an envelope whose values may be streams of JSON text, or closures that are called when their turn
     * comes. Nothing is sent before all of it was made, so a failure on the way still becomes an error.
     *
     * @param array<string, mixed> $envelope
     */
    public static function json(array $envelope, int $status = 200): never
    {
        self::expectFailure();
        $parts = [];
        $spool = new Spool();
        $before = "{\n    ";
        foreach ($envelope as $key => $value) {
            $spool->write($before . Json::compact((string) $key) . ': ');
            $before = ",\n    ";
            $pieces = self::pieces($value instanceof \Closure ? $value() : $value);
            if ($pieces instanceof MadePieces) {
                array_push($parts, $spool, $pieces);
                $spool = new Spool();
                continue;
            }
            foreach ($pieces as $piece) {
                $spool->write($piece);
            }
        }
        $spool->write("\n}");
        self::start('application/json', $status);
        self::send([...$parts, $spool]);
        exit;
    }

    /** What ends the request before its answer was made, a time limit among it, leaves no 200 behind. */
    public static function expectFailure(): void
    {
        if (!headers_sent()) {
            http_response_code(503);
        }
    }

    /** Says how long an answer is, so that one which is cut on its way can be told from a whole one. */
    public static function length(int $bytes): void
    {
        if (!headers_sent() && ob_get_level() === 0 && !filter_var(ini_get('zlib.output_compression'), FILTER_VALIDATE_BOOL)) {
            header("Content-Length: $bytes");
        }
    }

    public static function text(string $text, int $status): never
    {
        self::start('text/plain; charset=utf-8', $status);
        echo $text;
        exit;
    }

    public static function redirect(string $action): never
    {
        self::discardOutput();
        header('Location: addonmodules.php?module=v2raysocks_traffic&action=' . rawurlencode($action), true, 302);
        exit;
    }

    /** Drops what was printed before and buffers nothing any more. */
    public static function discardOutput(): void
    {
        while (ob_get_level() > 0 && ob_end_clean()) {
            continue;
        }
    }

    /** @return iterable<string> */
    private static function pieces(mixed $value): iterable
    {
        return $value instanceof JsonStream ? $value->pieces : [str_replace("\n", "\n    ", Json::pretty($value))];
    }

    /** @param list<Spool|MadePieces> $parts */
    private static function send(array $parts): void
    {
        // All is made: a time limit could only cut it.
        set_time_limit(0);
        if (count($parts) === 1 && $parts[0] instanceof Spool) {
            self::length($parts[0]->bytes());
        }
        foreach ($parts as $part) {
            if ($part instanceof Spool) {
                $part->send();
                continue;
            }
            foreach ($part as $piece) {
                echo $piece;
            }
        }
    }

    private static function start(string $type, int $status): void
    {
        self::discardOutput();
        http_response_code($status);
        header("Content-Type: $type");
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
    }
}
