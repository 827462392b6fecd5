<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What came with the request, as texts; lists count as nothing. */
final class Input
{
    /** A parameter of the URL, null when it is missing. */
    public static function query(string $name): ?string
    {
        return self::text($_GET[$name] ?? null);
    }

    /** A parameter of the URL or the form. */
    public static function any(string $name): ?string
    {
        return self::text($_REQUEST[$name] ?? null);
    }

    /** A field of the form. */
    public static function posted(string $name): ?string
    {
        return self::text($_POST[$name] ?? null);
    }

    /** @return array<string, string|null> parameters of the URL by name */
    public static function queries(string ...$names): array
    {
        $values = [];
        foreach ($names as $name) {
            $values[$name] = self::query($name);
        }
        return $values;
    }

    public static function isPost(): bool
    {
        return ($_SERVER['REQUEST_METHOD'] ?? 'GET') === 'POST';
    }

    private static function text(mixed $value): ?string
    {
        return is_string($value) ? mb_scrub($value) : null;
    }
}
