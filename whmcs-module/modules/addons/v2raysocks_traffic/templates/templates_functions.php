<?php

declare(strict_types=1);

use V2RaySocksTraffic\Page\Html;
use V2RaySocksTraffic\Page\Pages;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once dirname(__DIR__) . '/lib/Monitor_DB.php';
require_once __DIR__ . '/navigation_component.php';

/**
 * @param int|float|string $bytes
 * @param int $precision
 * @return string always two decimals: GB, MB below 0.01 GB, TB from 1000 GB
 */
function v2raysocks_traffic_formatBytes($bytes, $precision = 2)
{
    $gb = (float) $bytes / 1e9;
    return match (true) {
        $gb >= 1000 => number_format($gb / 1000, 2) . ' TB',
        $gb > 0 && $gb < 0.01 => number_format($gb * 1000, 2) . ' MB',
        default => number_format($gb, 2) . ' GB',
    };
}

/**
 * @param int|float|string $bytes
 * @param string $unit KB, MB, GB or TB
 * @param int $precision
 * @return string
 */
function v2raysocks_traffic_formatBytesWithUnit($bytes, $unit, $precision = 2)
{
    $size = ['KB' => 1e3, 'MB' => 1e6, 'GB' => 1e9, 'TB' => 1e12][strtoupper((string) $unit)] ?? null;
    return $size === null
        ? v2raysocks_traffic_formatBytes($bytes, $precision)
        : number_format((float) $bytes / $size, (int) $precision) . ' ' . strtoupper((string) $unit);
}

/**
 * @param int|float|string $bytesPerSecond
 * @return string
 */
function v2raysocks_traffic_formatSpeed($bytesPerSecond)
{
    return v2raysocks_traffic_formatBytes($bytesPerSecond) . '/s';
}

/**
 * @param int|string $timestamp
 * @return string
 */
function v2raysocks_traffic_timeAgo($timestamp)
{
    $seconds = max(0, time() - (int) $timestamp);
    return match (true) {
        $seconds < 60 => "{$seconds}s ago",
        $seconds < 3600 => intdiv($seconds, 60) . 'm ago',
        $seconds < 86400 => intdiv($seconds, 3600) . 'h ago',
        default => intdiv($seconds, 86400) . 'd ago',
    };
}

/**
 * @param bool $isOnline
 * @param array<string, string> $LANG
 * @return string HTML
 */
function v2raysocks_traffic_getStatusBadge($isOnline, $LANG)
{
    [$class, $key, $text] = $isOnline ? ['success', 'online', 'Online'] : ['danger', 'offline', 'Offline'];
    return "<span class=\"label label-$class\">" . Html::escape($LANG[$key] ?? $text) . '</span>';
}

/**
 * @param int|float $current
 * @param int|float $total
 * @param string $type primary, success, warning or danger
 * @return string HTML
 */
function v2raysocks_traffic_makeProgressBar($current, $total, $type = 'primary')
{
    $percent = $total > 0 ? $current / $total * 100 : 0.0;
    $type = $percent >= 100 ? 'danger' : ($percent >= 80 ? 'warning' : (string) $type);
    $width = number_format(min(100, max(0, $percent)), 1, '.', '');
    return '<div class="progress"><div class="progress-bar progress-bar-' . Html::escape($type)
        . "\" style=\"width:$width%\">" . number_format($percent, 1) . '%</div></div>';
}

/** @return string HTML */
function v2raysocks_traffic_userRankingsStandalone()
{
    return (string) Pages::render('user_rankings_standalone');
}
