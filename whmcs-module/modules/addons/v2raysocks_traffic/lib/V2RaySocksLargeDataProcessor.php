<?php

declare(strict_types=1);

use V2RaySocksTraffic\LargeRun;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\RequestParser;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Ranks all users of a period in one pass and takes the rows in batches. */
class V2RaySocksLargeDataProcessor
{
    private readonly int $batchSize;
    private readonly int $memoryLimit;

    /**
     * @param int $batchSize rows of a batch
     * @param int $memoryLimitMB of what PHP holds while batches are taken; more than that is collected after each
     */
    public function __construct($batchSize = 5000, $memoryLimitMB = 80)
    {
        $this->batchSize = max(1, (int) $batchSize);
        $this->memoryLimit = max(1, (int) $memoryLimitMB) * 1_000_000;
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
        $results = [];
        foreach ($this->eachBatch($sortBy, $limit, $startTime, $endTime) as $batch) {
            array_push($results, ...$batch);
        }
        return $results;
    }

    /**
     * The same, a batch at a time: whoever keeps none of them needs the memory of one.
     *
     * @param string $sortBy
     * @param int $limit
     * @param int $startTime
     * @param int $endTime
     * @return \Generator<int, list<array<string, mixed>>>
     */
    public function eachBatch($sortBy, $limit, $startTime, $endTime): \Generator
    {
        $module = Module::get();
        $request = RequestParser::userRanking($sortBy, 'all', $limit, null, null, $startTime, $endTime);
        $run = new LargeRun((int) ($module->connection()->row('SELECT COUNT(*) AS users FROM user')['users'] ?? 0), $this->batchSize);
        [$batch, $returned] = [[], 0];
        foreach ($module->reports()->eachRankedUser($request) as $row) {
            $batch[] = $row;
            if (count($batch) >= $this->batchSize) {
                $returned += count($batch);
                $run->processed(count($batch));
                yield $batch;
                $batch = [];
                $this->collect();
            }
        }
        if ($batch !== []) {
            $returned += count($batch);
            $run->processed(count($batch));
            yield $batch;
        }
        $run->completed($returned);
    }

    private function collect(): void
    {
        if (memory_get_usage() > $this->memoryLimit) {
            gc_collect_cycles();
        }
    }
}
