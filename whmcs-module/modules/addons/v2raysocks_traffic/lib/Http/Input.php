<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use V2RaySocksTraffic\BadRequest;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What came with the request, as texts. A list is refused, as a filter must not vanish. */
final class Input
{
    /** A parameter of the URL, null when it is missing. */
    public static function query(string $name): ?string
    {
        return self::text($name, $_GET);
    }

    /** A parameter of the URL or the form. */
    public static function any(string $name): ?string
    {
        return self::text($name, $_REQUEST);
    }

    /** A field of the form. */
    public static function posted(string $name): ?string
    {
        return self::text($name, $_POST);
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

    /** @param array<mixed> $values */
    private static function text(string $name, array $values): ?string
    {
        $value = $values[$name] ?? null;
        if (is_array($value)) {
            throw new BadRequest("$name must be one value");
        }
        return $value === null ? null : mb_scrub((string) $value);
    }
}
