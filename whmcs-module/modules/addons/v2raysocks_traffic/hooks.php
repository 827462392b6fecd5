<?php

declare(strict_types=1);

use V2RaySocksTraffic\Cron;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// WHMCS loads this file with every page, so nothing happens before the hook fires.
add_hook('AfterCronJob', 1, static function (): void {
    require_once __DIR__ . '/lib/Monitor_DB.php';
    Cron::run();
});
