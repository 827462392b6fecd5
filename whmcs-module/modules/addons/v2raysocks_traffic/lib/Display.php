<?php

declare(strict_types=1);

use V2RaySocksTraffic\Page\Pages;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * @param mixed $LANG
 * @return string HTML
 */
function v2raysocks_traffic_displayTrafficDashboard($LANG)
{
    return (string) Pages::render('');
}

/**
 * @param mixed $LANG
 * @return string HTML
 */
function v2raysocks_traffic_displayRealTimeMonitor($LANG)
{
    return (string) Pages::render('real_time');
}

/**
 * @param mixed $LANG
 * @param mixed $formData
 * @return string HTML
 */
function v2raysocks_traffic_displayNodeStats($LANG, $formData)
{
    return (string) Pages::render('node_stats');
}

/**
 * @param mixed $LANG
 * @param mixed $formData
 * @return string HTML
 */
function v2raysocks_traffic_displayUserRankings($LANG, $formData)
{
    return (string) Pages::render('user_rankings');
}

/**
 * @param mixed $LANG
 * @param mixed $formData
 * @return string HTML
 */
function v2raysocks_traffic_displayServiceSearch($LANG, $formData)
{
    return (string) Pages::render('service_search');
}

/**
 * Users are searched on the page of services.
 *
 * @param mixed $LANG
 * @param mixed $formData
 * @return string HTML
 */
function v2raysocks_traffic_displayUserStats($LANG, $formData)
{
    return (string) Pages::render('service_search');
}

/**
 * Today's traffic is on the live page.
 *
 * @param mixed $LANG
 * @return string HTML
 */
function v2raysocks_traffic_displayTodayTrafficChart($LANG)
{
    return (string) Pages::render('real_time');
}
