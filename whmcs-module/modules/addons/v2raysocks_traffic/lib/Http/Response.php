<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use V2RaySocksTraffic\Json;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Ends the request with something other than a page of WHMCS. */
final class Response
{
    /** Part of an answer that is kept in memory before it goes to a temporary file. */
    private const SPOOL = 'php://temp/maxmemory:1048576';

    /**
     * Sends an envelope whose values may be streams of JSON text, or closures that are called when their turn
     * comes. Nothing is sent before all of it was made, so a failure on the way still becomes an error.
     *
     * @param array<string, mixed> $envelope
     */
    public static function json(array $envelope, int $status = 200): never
    {
        $spool = self::spool();
        $before = "{\n    ";
        foreach ($envelope as $key => $value) {
            fwrite($spool, $before . Json::compact((string) $key) . ': ');
            self::write($spool, $value instanceof \Closure ? $value() : $value);
            $before = ",\n    ";
        }
        fwrite($spool, "\n}");
        self::start('application/json', $status);
        rewind($spool);
        fpassthru($spool);
        exit;
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

    /** @param resource $spool */
    private static function write($spool, mixed $value): void
    {
        if ($value instanceof JsonStream) {
            foreach ($value->pieces as $piece) {
                fwrite($spool, $piece);
            }
            return;
        }
        fwrite($spool, str_replace("\n", "\n    ", Json::pretty($value)));
    }

    /** @return resource */
    private static function spool()
    {
        $spool = fopen(self::SPOOL, 'w+b');
        if ($spool === false) {
            throw new \RuntimeException('no temporary file');
        }
        return $spool;
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
