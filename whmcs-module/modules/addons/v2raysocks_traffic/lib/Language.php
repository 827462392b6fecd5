<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The texts of the configured language; English where it lacks one. */
final class Language
{
    public const NAMES = ['english' => 'English', 'chinese-cn' => '简体中文', 'chinese-tw' => '繁體中文'];

    private static ?self $current = null;

    /** @param array<string, string> $texts */
    private function __construct(public readonly string $name, public readonly array $texts)
    {
    }

    public static function get(): self
    {
        $name = Module::get()->settings->filled('language');
        // Only a name of the list becomes part of a path.
        $name = isset(self::NAMES[$name]) ? $name : 'english';
        if (self::$current === null || self::$current->name !== $name) {
            $english = self::read('english');
            self::$current = new self($name, $name === 'english' ? $english : self::read($name) + $english);
        }
        return self::$current;
    }

    /** The text, or the key itself when it is unknown. */
    public function text(string $key): string
    {
        return $this->texts[$key] ?? $key;
    }

    /** @return array<string, string> */
    private static function read(string $name): array
    {
        $_ADDONLANG = [];
        include dirname(__DIR__) . "/lang/$name.php";
        return $_ADDONLANG;
    }
}
