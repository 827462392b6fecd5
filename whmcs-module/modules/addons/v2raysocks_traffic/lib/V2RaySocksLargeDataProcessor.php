<?php

declare(strict_types=1);

use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\RequestParser;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Ranks all users of a period. Batch size and memory limit are kept for callers of old: one pass needs neither. */
class V2RaySocksLargeDataProcessor
{
    /**
     * @param int $batchSize
     * @param int $memoryLimitMB
     */
    public function __construct($batchSize = 5000, $memoryLimitMB = 80)
    {
    }

    /**
     * @param string $sortBy
     * @param string $timeRange unused, as the period is given in seconds
     * @param int $limit
     * @param int $startTime
     * @param int $endTime
     * @return list<array<string, mixed>>
     */
    public function processUserRankingsBatch($sortBy, $timeRange, $limit, $startTime, $endTime)
    {
        $request = RequestParser::userRanking($sortBy, 'all', $limit, null, null, $startTime, $endTime);
        return Module::get()->reports()->rankUsers($request);
    }
}
