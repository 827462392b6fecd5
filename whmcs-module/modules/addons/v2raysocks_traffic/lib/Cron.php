<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Backend\EngineOpener;
use V2RaySocksTraffic\Maintenance\RollupRun;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What is done with every run of the cron of WHMCS. */
final class Cron
{
    /** Where it is kept since when the pre-aggregates cannot be written. */
    private const SUMS_FAILED_AT = 'pre_aggregation_failed_at';

    /** Keeps the extension's snapshot and the pre-aggregates up to date, so that no page need wait for it. */
    public static function run(): void
    {
        try {
            $module = Module::get();
            if ($module->serverRow() === null) {
                return;
            }
            if ($module->usesExtension() && $module->health()->mayTry()) {
                self::refresh($module);
            }
            self::sum($module);
        } catch (\Throwable $failure) {
            // The cron of WHMCS has other work to do.
            Guard::log('cron', $failure);
        }
    }

    private static function sum(Module $module): void
    {
        $hadFailed = $module->settings->get(self::SUMS_FAILED_AT) !== '';
        try {
            (new RollupRun($module, new Calendar()))->run();
        } catch (\Throwable $failure) {
            if (!$hadFailed) {
                $module->settings->remember(self::SUMS_FAILED_AT, (string) time());
                Log::activity('the pre-aggregates are not kept up to date: ' . Guard::words($failure));
            }
            return;
        }
        if ($hadFailed) {
            $module->settings->remember(self::SUMS_FAILED_AT, '');
            Log::activity('the pre-aggregates are kept up to date again');
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
