<?php

declare(strict_types=1);

use V2RaySocksTraffic\Guard;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\RequestParser;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Sums usage by user, node, hour or hour of day. */
class V2RaySocksTrafficAggregator
{
    private const GROUPINGS = ['user', 'node', 'time', 'hourly'];

    /** @var array<string, list<array<string, mixed>>> answers by question */
    private array $answers = [];

    public function __construct()
    {
    }

    /**
     * @param string $timeRange
     * @param string $groupBy user, node, time or hourly
     * @param list<string> $metrics ignored: every row holds all of them
     * @return list<array<string, mixed>>
     */
    public function streamProcessTrafficData($timeRange, $groupBy = 'user', $metrics = ['traffic', 'nodes', 'records'])
    {
        if (!in_array($groupBy, self::GROUPINGS, true)) {
            return [];
        }
        $ask = static fn (): array => Module::get()->reports()->aggregate(new Request(
            range: RequestParser::range($timeRange, unnamed: 'today'),
            groupBy: $groupBy,
        ));
        return $this->answers["$groupBy $timeRange"] ??= Guard::answer('streamProcessTrafficData', $ask, []);
    }
}
