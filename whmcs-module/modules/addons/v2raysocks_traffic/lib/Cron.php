<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Backend\EngineOpener;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What is done with every run of the cron of WHMCS. */
final class Cron
{
    /** Brings the extension's snapshot up to date, so that the first page of the day need not wait for it. */
    public static function run(): void
    {
        try {
            $module = Module::get();
            if ($module->usesExtension() && $module->health()->mayTry()) {
                self::refresh($module);
            }
        } catch (\Throwable $failure) {
            // The cron of WHMCS has other work to do.
            Guard::log('cron', $failure);
        }
    }

    private static function refresh(Module $module): void
    {
        $health = $module->health();
        try {
            $engine = EngineOpener::open($module->server(), $module->settings);
            $hasSnapshot = $module->settings->get('data_dir') !== '' || (string) ini_get('traffic_engine.data_dir') !== '';
            if ($hasSnapshot) {
                $engine->refresh();
            }
        } catch (\Throwable $failure) {
            $health->failed($failure);
            return;
        }
        $health->worked();
    }
}
