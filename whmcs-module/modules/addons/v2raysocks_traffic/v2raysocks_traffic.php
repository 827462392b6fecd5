<?php

declare(strict_types=1);

use V2RaySocksTraffic\Addon;
use V2RaySocksTraffic\Http\Dispatcher;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/Monitor_DB.php';
require_once __DIR__ . '/lib/Big_Data.php';

/** @return array<string, mixed> */
function v2raysocks_traffic_config()
{
    return Addon::config();
}

/** @return array{status: string, description: string} */
function v2raysocks_traffic_activate()
{
    return Addon::activate();
}

/** @return array{status: string, description: string} */
function v2raysocks_traffic_deactivate()
{
    return Addon::deactivate();
}

/**
 * @param array<string, mixed> $vars
 * @return array{status: string, description: string}
 */
function v2raysocks_traffic_upgrade($vars)
{
    return Addon::upgrade();
}

/** @param array<string, mixed> $vars */
function v2raysocks_traffic_output($vars): void
{
    require_once __DIR__ . '/templates/templates_functions.php';
    Dispatcher::run();
}
