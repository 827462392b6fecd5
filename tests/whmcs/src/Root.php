<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

/** The folders of this test run, gone when it ends. */
final class Root
{
    private static ?string $folder = null;

    /** What WHMCS calls ROOTDIR, with our addon in its place. */
    public static function folder(): string
    {
        if (self::$folder === null) {
            self::$folder = self::temporary('root');
            mkdir(self::$folder . '/modules/addons', 0700, true);
            symlink((string) realpath(Php::addon()), self::$folder . '/modules/addons/' . Installation::ADDON);
        }
        return self::$folder;
    }

    /** Where the extension keeps a world's snapshot. */
    public static function dataFolder(string $world): string
    {
        $folder = self::folder() . "/data-$world";
        is_dir($folder) || mkdir($folder, 0700);
        return $folder;
    }

    /** A new folder that goes when the tests end. */
    public static function temporary(string $purpose): string
    {
        $folder = sys_get_temp_dir() . "/traffic-engine-whmcs-$purpose." . bin2hex(random_bytes(6));
        mkdir($folder, 0700);
        register_shutdown_function(static function () use ($folder): void {
            exec('rm -rf -- ' . escapeshellarg($folder));
        });
        return $folder;
    }
}
