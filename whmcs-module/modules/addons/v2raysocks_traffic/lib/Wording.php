<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Messages in the language of a page. They are made in English, which logs and JSON keep. */
final class Wording
{
    /** Columns of lang/messages.php. */
    private const COLUMNS = ['chinese-cn' => 1, 'chinese-tw' => 2];

    public static function shown(string $message, Language $language): string
    {
        $column = self::COLUMNS[$language->name] ?? null;
        if ($column === null) {
            return $message;
        }
        /** @var list<list<string>> $messages */
        $messages = include dirname(__DIR__) . '/lang/messages.php';
        foreach ($messages as $texts) {
            $values = self::values($texts[0], $message);
            if ($values !== null) {
                return strtr($texts[$column], array_map(static fn (string $value): string => self::shown($value, $language), $values));
            }
        }
        return $message;
    }

    /** @return array<string, string>|null what stands in a message for the names in braces; null for another message */
    private static function values(string $template, string $message): ?array
    {
        preg_match_all('/\{(\w+)\}/', $template, $names);
        $pattern = (string) preg_replace('/\\\\\{\w+\\\\\}/', '(.+)', preg_quote($template, '/'));
        if (preg_match("/\\A$pattern\\z/su", $message, $found) !== 1) {
            return null;
        }
        return array_combine($names[0], array_slice($found, 1));
    }
}
