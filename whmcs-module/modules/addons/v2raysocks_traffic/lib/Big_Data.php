<?php

declare(strict_types=1);

use V2RaySocksTraffic\Guard;
use V2RaySocksTraffic\Maintenance\PreAggregation;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Time\LegacyRanges;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/Monitor_DB.php';
require_once __DIR__ . '/V2RaySocksLargeDataProcessor.php';
require_once __DIR__ . '/V2RaySocksTrafficAggregator.php';
require_once __DIR__ . '/V2RaySocksCacheManager.php';

/**
 * Kept for callers of old: every ranking is one pass over the usage rows, large or small.
 *
 * @param string $sortBy
 * @param string $timeRange
 * @param int $limit
 * @param string|null $startDate
 * @param string|null $endDate
 * @param int|string|null $startTimestamp
 * @param int|string|null $endTimestamp
 * @return list<array<string, mixed>>|null
 */
function v2raysocks_traffic_getUserTrafficRankingsWithAutoOptimization(
    $sortBy = 'traffic_desc',
    $timeRange = 'today',
    $limit = PHP_INT_MAX,
    $startDate = null,
    $endDate = null,
    $startTimestamp = null,
    $endTimestamp = null,
) {
    return v2raysocks_traffic_getUserTrafficRankings(...func_get_args());
}

/**
 * Kept for callers of old: the same as getUserTrafficRankings.
 *
 * @param string $sortBy
 * @param string $timeRange
 * @param int $limit
 * @param string|null $startDate
 * @param string|null $endDate
 * @param int|string|null $startTimestamp
 * @param int|string|null $endTimestamp
 * @return list<array<string, mixed>>
 */
function v2raysocks_traffic_getUserTrafficRankingsOptimized(
    $sortBy = 'traffic_desc',
    $timeRange = 'today',
    $limit = PHP_INT_MAX,
    $startDate = null,
    $endDate = null,
    $startTimestamp = null,
    $endTimestamp = null,
) {
    return v2raysocks_traffic_getUserTrafficRankings(...func_get_args());
}

/**
 * @param string $timeRange
 * @param string|null $startDate
 * @param string|null $endDate
 * @param int|string|null $startTimestamp
 * @param int|string|null $endTimestamp
 * @return array{int, int} first and last second
 */
function v2raysocks_traffic_calculateTimeRange(
    $timeRange,
    $startDate = null,
    $endDate = null,
    $startTimestamp = null,
    $endTimestamp = null,
) {
    return LegacyRanges::calculate($timeRange, $startDate, $endDate, $startTimestamp, $endTimestamp);
}

/** @return bool true when no index is missing that would help; changes the V2RaySocks database, so call it on request only */
function v2raysocks_traffic_createPerformanceIndexes()
{
    return Guard::answer('createPerformanceIndexes', static function (): bool {
        Module::get()->indexes()->apply();
        return Module::get()->indexes()->missing() === [];
    }, false);
}

/** @return bool true when all tables exist now; changes the V2RaySocks database, so call it on request only */
function v2raysocks_traffic_createPreAggregationTables()
{
    return Guard::answer('createPreAggregationTables', static function (): bool {
        PreAggregation::ofModule(Module::get())->createTables();
        return true;
    }, false);
}

/**
 * @param string|null $date `Y-m-d`, today without one
 * @return bool
 */
function v2raysocks_traffic_updatePreAggregationData($date = null)
{
    return Guard::answer('updatePreAggregationData', static function () use ($date): bool {
        PreAggregation::ofModule(Module::get())->update($date);
        return true;
    }, false);
}

/** @return bool true when indexes, tables and the sums of today are in place */
function v2raysocks_traffic_initializeBigDataProcessing()
{
    $steps = [
        v2raysocks_traffic_createPerformanceIndexes(),
        v2raysocks_traffic_createPreAggregationTables() && v2raysocks_traffic_updatePreAggregationData(),
    ];
    return !in_array(false, $steps, true);
}
