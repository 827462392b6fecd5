<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use V2RaySocksTraffic\Backend\MadePieces;
use V2RaySocksTraffic\Json;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Ends the request with something other than a page of WHMCS. */
final class Response
{
    /** As much of a stream is kept in memory before it goes to a temporary file. */
    private const SPOOL = 'php://temp/maxmemory:1048576';

    /**
     * Sends an envelope whose values may be streams of JSON text, or closures that are called when their turn
     * comes. Nothing is sent before all of it was made, so a failure on the way still becomes an error.
     *
     * @param array<string, mixed> $envelope
     */
    public static function json(array $envelope, int $status = 200): never
    {
        $parts = [];
        $before = "{\n    ";
        foreach ($envelope as $key => $value) {
            $parts[] = $before . Json::compact((string) $key) . ': ';
            array_push($parts, ...self::made($value instanceof \Closure ? $value() : $value));
            $before = ",\n    ";
        }
        $parts[] = "\n}";
        self::start('application/json', $status);
        foreach ($parts as $part) {
            self::send($part);
        }
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

    /** @return list<string|resource|MadePieces> */
    private static function made(mixed $value): array
    {
        if (!$value instanceof JsonStream) {
            return [str_replace("\n", "\n    ", Json::pretty($value))];
        }
        if ($value->pieces instanceof MadePieces) {
            return [$value->pieces];
        }
        $spool = self::spool();
        foreach ($value->pieces as $piece) {
            fwrite($spool, $piece);
        }
        rewind($spool);
        return [$spool];
    }

    /** @param string|resource|MadePieces $part */
    private static function send($part): void
    {
        if (is_string($part)) {
            echo $part;
        } elseif ($part instanceof MadePieces) {
            foreach ($part as $piece) {
                echo $piece;
            }
        } else {
            fpassthru($part);
        }
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
