<?php

declare(strict_types=1);

use V2RaySocksTraffic\Page\Pages;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once dirname(__DIR__) . '/lib/Monitor_DB.php';

/** @return string CSS of the navigation beyond that of the admin theme */
function v2raysocks_traffic_getNavigationCSS()
{
    return '.v2raysocks-traffic-navigation { margin-bottom: 20px; }';
}

/**
 * @param string $activeAction
 * @return string HTML
 */
function v2raysocks_traffic_getNavigationHTML($activeAction = '')
{
    return Pages::navigation((string) $activeAction);
}

/** @return string CSS of the pages beyond that of the admin theme */
function v2raysocks_traffic_getUnifiedStyles()
{
    return v2raysocks_traffic_getNavigationCSS();
}
