<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Backend\DataDirectory;
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

    /** Where it is kept why the cron leaves the extension's folder alone. */
    public const OTHER_USER = 'cron_other_user';

    /** Keeps the extension's snapshot and the pre-aggregates up to date, so that no page need wait for it. */
    public static function run(): void
    {
        try {
            $module = Module::get();
            if ($module->serverRow() === null) {
                return;
            }
            self::noteUser($module);
            if ($module->usesExtension() && $module->health()->mayTry()) {
                self::refresh($module);
            }
            self::sum($module);
        } catch (\Throwable $failure) {
            // The cron of WHMCS has other work to do.
            Guard::log('cron', $failure);
        }
    }

    /** A cron of another user must not write into the folder, and cannot keep the snapshot up to date then. */
    private static function noteUser(Module $module): void
    {
        $directory = DataDirectory::ofSettings($module->settings);
        $problem = EngineOpener::isLoaded() && $directory->isOfOthers() ? (string) $directory->problem(Language::get()) : '';
        if ($problem !== $module->settings->get(self::OTHER_USER)) {
            $module->settings->remember(self::OTHER_USER, $problem);
            Log::activity($problem === '' ? 'the cron keeps the snapshot up to date again' : "the cron does not keep the snapshot up to date: $problem");
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
            if (DataDirectory::ofSettings($module->settings)->path !== '') {
                $engine->refresh();
            }
        } catch (\Throwable $failure) {
            $health->failed($failure);
            return;
        }
        $health->worked();
    }
}
