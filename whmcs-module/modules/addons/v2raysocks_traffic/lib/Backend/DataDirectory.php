<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use V2RaySocksTraffic\Language;
use V2RaySocksTraffic\Settings;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The folder of the extension's snapshots. What another system user writes there takes the snapshot away from its owner,
 * so nobody else uses it: a cron of root among them.
 */
final class DataDirectory
{
    private const ROOT = 0;

    public function __construct(public readonly string $path)
    {
    }

    public static function ofSettings(Settings $settings): self
    {
        $directory = $settings->get('data_dir');
        return new self($directory === '' ? (string) ini_get('traffic_engine.data_dir') : $directory);
    }

    /** True where this process must leave the folder alone. */
    public function isOfOthers(): bool
    {
        if ($this->path === '' || !function_exists('posix_geteuid')) {
            return false;
        }
        if (!is_dir($this->path)) {
            // Made on the command line by root it would be of no use to the web server.
            return PHP_SAPI === 'cli' && posix_geteuid() === self::ROOT && !file_exists($this->path);
        }
        return fileowner($this->path) !== posix_geteuid();
    }

    /** @return string|null what is wrong with the folder: which file, whose it is and what to do about it */
    public function problem(Language $language): ?string
    {
        if ($this->path === '') {
            return null;
        }
        if (!is_dir($this->path)) {
            return $this->told($language, file_exists($this->path) ? 'data_directory_file' : 'data_directory_missing', $this->path);
        }
        $foreign = $this->foreign();
        if ($foreign !== null) {
            return $this->told($language, 'data_directory_foreign', $foreign);
        }
        return is_writable($this->path) ? null : $this->told($language, 'data_directory_locked', $this->path);
    }

    /** The first file or folder in it, itself included, that is another user's. */
    private function foreign(): ?string
    {
        if (!function_exists('posix_geteuid')) {
            return null;
        }
        $user = posix_geteuid();
        foreach ([$this->path, ...(glob("$this->path/*") ?: []), ...(glob("$this->path/*/*") ?: [])] as $file) {
            $owner = @fileowner($file);
            if ($owner !== false && $owner !== $user) {
                return $file;
            }
        }
        return null;
    }

    private function told(Language $language, string $key, string $file): string
    {
        return strtr($language->text($key), [
            '{file}' => $file,
            '{owner}' => self::name(@fileowner($file)),
            '{user}' => self::processUser(),
        ]);
    }

    public static function processUser(): string
    {
        return self::name(function_exists('posix_geteuid') ? posix_geteuid() : false);
    }

    private static function name(int|false $user): string
    {
        $known = $user === false || !function_exists('posix_getpwuid') ? false : posix_getpwuid($user);
        return $known === false ? (string) $user : $known['name'];
    }
}
