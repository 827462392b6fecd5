<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use V2RaySocksTraffic\Backend\EngineOpener;
use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\Cache\Invalidation;
use V2RaySocksTraffic\Guard;
use V2RaySocksTraffic\Language;
use V2RaySocksTraffic\Maintenance\Budget;
use V2RaySocksTraffic\Maintenance\PreAggregation;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Page\Html;
use V2RaySocksTraffic\Page\Pages;
use V2RaySocksTraffic\Unavailable;
use V2RaySocksTraffic\Wording;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The actions that change something: only by POST and with the token of WHMCS. */
final class Changes
{
    public const ACTIONS = ['clear_cache', 'create_indexes', 'create_pre_aggregation', 'update_pre_aggregation', 'engine_retry',
        'drop_index', 'undo_indexes'];

    /** Those that take something away. */
    private const CONFIRMED = ['drop_index', 'undo_indexes'];

    /** @return string the status page with what was done, for its forms; others are answered by JSON */
    public static function run(string $action): string
    {
        if (!Input::isPost()) {
            header('Allow: POST');
            Response::json(['status' => 'error', 'message' => 'this changes something; send it by POST'], 405);
        }
        if (!self::isTokenValid()) {
            Response::json(['status' => 'error', 'message' => 'the form has expired; reload the page and try again'], 403);
        }
        $isForm = isset($_POST['page']);
        try {
            self::refuseUnconfirmed($action, $isForm);
            $message = self::change($action);
        } catch (\Throwable $failure) {
            Guard::logFailure($action, $failure);
            return $isForm
                ? self::page(Html::error(Guard::shown($failure)))
                : Response::json(['status' => 'error', 'message' => Guard::words($failure)]);
        }
        return $isForm
            ? self::page(Html::success(Wording::shown($message, Language::get())))
            : Response::json(['status' => 'success', 'message' => $message, 'timestamp' => time()]);
    }

    private static function page(string $notice): string
    {
        return (string) Pages::render('engine_status', $notice);
    }

    /** What drops is confirmed by a tick, as a button is soon pressed. */
    private static function refuseUnconfirmed(string $action, bool $isForm): void
    {
        if ($isForm && in_array($action, self::CONFIRMED, true) && Input::posted('confirmed') !== '1') {
            throw new BadRequest(Language::get()->text('confirm_first'));
        }
    }

    private static function isTokenValid(): bool
    {
        if (!function_exists('check_token')) {
            return false;
        }
        try {
            // WHMCS ends the request itself when the token is wrong, and may return nothing when it is right.
            return \check_token('WHMCS.admin.default') !== false;
        } catch (\Throwable) {
            return false;
        }
    }

    private static function change(string $action): string
    {
        return match ($action) {
            'clear_cache' => self::clearCache(Input::any('type') ?? 'all'),
            'create_indexes' => self::createIndexes(),
            'create_pre_aggregation' => self::createTables(),
            'update_pre_aggregation' => self::updateSums(),
            'engine_retry' => self::retryEngine(),
            'drop_index' => self::dropIndex(Input::posted('name') ?? ''),
            'undo_indexes' => self::undoIndexes(),
            default => throw new BadRequest("unknown action $action"),
        };
    }

    private static function clearCache(string $type): string
    {
        $invalidation = new Invalidation(Module::get()->cache());
        $isCleared = match ($type) {
            'live' => $invalidation->patterns(['live_stats']),
            'traffic' => $invalidation->kind('traffic_data'),
            'rankings' => $invalidation->patterns(['*_rankings_*']),
            default => $invalidation->defaults(),
        };
        return $isCleared ? 'the cache was cleared' : 'there is no cache to clear, as Redis is not in use';
    }

    private static function createIndexes(): string
    {
        Module::get()->indexes()->apply();
        return 'no index is missing';
    }

    private static function dropIndex(string $name): string
    {
        Module::get()->indexes()->drop([$name]);
        return 'the index was dropped';
    }

    private static function undoIndexes(): string
    {
        Module::get()->indexes()->undo();
        return 'what was made was dropped';
    }

    private static function createTables(): string
    {
        PreAggregation::ofModule(Module::get())->createTables();
        return 'all tables exist';
    }

    /** Those of one day, or of all days whose rows changed, as far as a request may take. */
    private static function updateSums(): string
    {
        $sums = PreAggregation::ofModule(Module::get());
        $date = Input::posted('date');
        if ($date !== null) {
            $sums->update($date);
            return 'the sums were written';
        }
        $left = $sums->updateAll(Budget::ofSeconds(Budget::RUN_S));
        return $left === 0 ? 'the sums were written' : "the sums were written, but for $left days; ask again, or leave them to the cron";
    }

    /** Asks the extension at once instead of waiting until it would be tried again. */
    private static function retryEngine(): string
    {
        $module = Module::get();
        if (!EngineOpener::isLoaded()) {
            throw new Unavailable('the extension traffic_engine is not loaded; install it and restart PHP');
        }
        try {
            EngineOpener::open($module->server(), $module->settings)->live();
        } catch (\Throwable $failure) {
            $module->health()->failed($failure);
            throw new Unavailable('the extension still fails: ' . Guard::words($failure), 0, $failure);
        }
        $module->health()->worked();
        return 'the extension works';
    }
}
