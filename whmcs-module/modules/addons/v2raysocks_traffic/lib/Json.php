<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** JSON text. Broken UTF-8 in a name must not cost the answer, so it is replaced. */
final class Json
{
    private const FLAGS = JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR;

    public static function compact(mixed $value): string
    {
        return (string) json_encode($value, self::FLAGS);
    }

    public static function pretty(mixed $value): string
    {
        return (string) json_encode($value, self::FLAGS | JSON_PRETTY_PRINT);
    }

    /** Keeps floats floats, so that a value read back has the type it was written with. */
    public static function typed(mixed $value): string
    {
        return (string) json_encode($value, self::FLAGS | JSON_PRESERVE_ZERO_FRACTION);
    }

    /**
     * @param iterable<mixed> $rows
     * @return \Generator<int, string> a list in pieces, one row after the other
     */
    public static function list(iterable $rows): \Generator
    {
        $before = '[';
        foreach ($rows as $row) {
            yield $before . self::compact($row);
            $before = ",\n";
        }
        yield $before === '[' ? '[]' : ']';
    }
}
