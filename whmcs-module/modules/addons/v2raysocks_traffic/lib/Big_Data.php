<?php

declare(strict_types=1);

use V2RaySocksTraffic\Guard;
use V2RaySocksTraffic\Log;
use V2RaySocksTraffic\Maintenance\PreAggregation;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Optimization;
use V2RaySocksTraffic\RequestParser;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\LegacyRanges;
use V2RaySocksTraffic\Time\Reader;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/Monitor_DB.php';
require_once __DIR__ . '/V2RaySocksLargeDataProcessor.php';
require_once __DIR__ . '/V2RaySocksTrafficAggregator.php';
require_once __DIR__ . '/V2RaySocksCacheManager.php';

/**
 * Ranks by the processor where the data is large, by the four rules of the module's notes.
 *
 * @param string $sortBy
 * @param string $timeRange
 * @param int $limit
 * @param string|null $startDate
 * @param string|null $endDate
 * @param int|string|null $startTimestamp
 * @param int|string|null $endTimestamp
 * @return list<array<string, mixed>>|null null where it is not, and getUserTrafficRankings is the one to ask
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
    $question = [$timeRange, $limit, $startDate, $endDate, $startTimestamp, $endTimestamp];
    $arguments = [$sortBy, ...$question];
    return Guard::answer('getUserTrafficRankingsWithAutoOptimization', static fn (): ?array => Optimization::decide(Module::get(), ...$question)->isLarge
        ? v2raysocks_traffic_getUserTrafficRankingsOptimized(...$arguments)
        : null, null);
}

/**
 * The same rows as getUserTrafficRankings, by the processor.
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
    $arguments = [$sortBy, $timeRange, $limit, $startDate, $endDate, $startTimestamp, $endTimestamp];
    return Guard::answer('getUserTrafficRankingsOptimized', static function () use ($arguments): array {
        $request = RequestParser::userRanking(...$arguments);
        $window = $request->range->resolve(new Calendar(), Reader::Ranking);
        $rows = (new V2RaySocksLargeDataProcessor())->processUserRankingsBatch(
            $request->sortBy,
            'all',
            $request->limit ?? PHP_INT_MAX,
            $window->start ?? 0,
            $window->end ?? time(),
        );
        if (count($rows) >= Optimization::TOLD_ROWS) {
            Log::monitor('Optimized rankings completed with ' . count($rows) . ' results');
        }
        return $rows;
    }, []);
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
