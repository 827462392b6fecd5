<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use V2RaySocksTraffic\Guard;
use V2RaySocksTraffic\Page\Pages;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Leads a request to its action. */
final class Dispatcher
{
    private const REDIRECTS = ['user_stats' => 'service_search', 'today_traffic_chart' => 'real_time'];

    public static function run(): void
    {
        $asked = $_REQUEST['action'] ?? '';
        $action = is_string($asked) ? $asked : 'unknown';
        if (isset(self::REDIRECTS[$action])) {
            Response::redirect(self::REDIRECTS[$action]);
        }
        if (isset(JsonActions::ERROR_DATA[$action]) && !self::wantsPage($action)) {
            self::json($action);
        }
        if (in_array($action, Changes::ACTIONS, true)) {
            echo Changes::run($action);
            return;
        }
        if ($action === 'export_data') {
            ExportAction::run();
        }
        echo Pages::render($action) ?? 'Unknown action';
    }

    private static function wantsPage(string $action): bool
    {
        return $action === 'engine_status' && ($_GET['format'] ?? null) !== 'json';
    }

    private static function json(string $action): never
    {
        try {
            Response::json(JsonActions::answer($action));
        } catch (\Throwable $failure) {
            Response::json(
                ['status' => 'error', 'message' => Guard::words($failure)] + JsonActions::ERROR_DATA[$action],
                $failure instanceof Unavailable ? $failure->httpStatus : 200,
            );
        }
    }
}
