<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Export;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Values as spreadsheets may safely read them. */
final class Cell
{
    /** What spreadsheets take for the start of a formula, in full width too, as East Asian ones do. */
    private const FORMULA = '/\A[\s\x00]*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]|\A[\t\r\n]/u';

    /**
     * A line of CSV. Texts are quoted whatever they hold: a spreadsheet with another separator would cut them there, and
     * what follows may be a formula.
     *
     * @param list<mixed> $cells
     */
    public static function line(array $cells): string
    {
        $quoted = static fn (mixed $cell): string => is_string($cell)
            ? '"' . str_replace('"', '""', self::safe($cell)) . '"'
            : self::safe($cell);
        return implode(',', array_map($quoted, $cells)) . "\n";
    }

    public static function safe(mixed $value): string
    {
        $text = mb_scrub((string) (is_bool($value) ? (int) $value : $value));
        return is_string($value) && preg_match(self::FORMULA, $text) === 1 ? "'$text" : $text;
    }
}
