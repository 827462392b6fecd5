<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Reports;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\RequestParser;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Reader;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The actions that read and answer JSON. */
final class JsonActions
{
    /** What an error of an action holds beside its message. */
    public const ERROR_DATA = [
        'get_traffic_data' => ['data' => []],
        'get_live_stats' => ['data' => null],
        'get_user_details' => ['data' => null],
        'get_node_details' => ['data' => null],
        'get_module_config' => ['data' => null],
        'get_today_traffic_data' => ['data' => null],
        'get_total_traffic_since_launch' => ['data' => null],
        'get_historical_peak_traffic' => ['data' => null],
        'get_all_nodes' => ['data' => []],
        'search_service_advanced' => ['data' => []],
        'cache_stats' => [],
        'debug_info' => [],
        'get_node_traffic_rankings' => ['data' => []],
        'get_user_traffic_rankings' => ['data' => []],
        'get_node_traffic_chart' => ['data' => []],
        'get_user_traffic_chart' => ['data' => []],
        'get_usage_records' => ['data' => []],
        'engine_status' => [],
    ];

    /** @return array<string, mixed> an envelope for Response::json() */
    public static function answer(string $action): array
    {
        $reports = Module::get()->reports();
        return ['status' => 'success'] + match ($action) {
            'get_traffic_data' => TrafficActions::traffic($reports),
            'search_service_advanced' => TrafficActions::service($reports),
            'get_usage_records' => TrafficActions::usageRecords($reports),
            'get_live_stats' => ['data' => $reports->live(), 'timestamp' => time()],
            'get_user_details' => ['data' => self::details('user_id', $reports->userDetails(...))],
            'get_node_details' => ['data' => self::details('node_id', $reports->nodeDetails(...))],
            'get_module_config' => ['data' => \v2raysocks_traffic_getModuleConfig()],
            'get_today_traffic_data' => ['data' => $reports->today()],
            'get_total_traffic_since_launch' => ['data' => $reports->total()],
            'get_historical_peak_traffic' => ['data' => $reports->peak()],
            'get_all_nodes' => ['data' => $reports->nodes()] + $reports->incomplete(null),
            'cache_stats' => ['data' => \v2raysocks_traffic_getCacheStats(), 'timestamp' => time()],
            'debug_info' => ['data' => Status::debug()],
            'engine_status' => ['data' => Status::engine(), 'timestamp' => time()],
            'get_node_traffic_rankings' => self::nodeRanking($reports),
            'get_user_traffic_rankings' => self::userRanking($reports),
            'get_node_traffic_chart' => ['data' => self::nodeChart($reports)],
            'get_user_traffic_chart' => ['data' => self::userChart($reports)],
            default => throw new BadRequest("unknown action $action"),
        };
    }

    /**
     * @param callable(int): ?array<string, mixed> $ask
     * @return array<string, mixed>|null
     */
    private static function details(string $name, callable $ask): ?array
    {
        $id = RequestParser::id(Input::any($name), $name);
        return $id === null ? null : $ask($id);
    }

    /** @return array<string, mixed> */
    private static function nodeRanking(Reports $reports): array
    {
        $timeRange = Input::query('time_range') ?? 'today';
        $onlyToday = Input::query('only_today');
        if ($onlyToday !== null) {
            $timeRange = $onlyToday === 'true' ? 'today' : 'all';
        }
        $sortBy = Input::query('sort_by') ?? 'traffic_desc';
        $range = RequestParser::range($timeRange, null, null, Input::query('start_timestamp'), Input::query('end_timestamp'));
        $data = $reports->rankNodes(new Request(range: $range, sortBy: RequestParser::sort($sortBy, RequestParser::NODE_SORTS)));
        return ['data' => $data, 'sort_by' => $sortBy, 'time_range' => $timeRange]
            + $reports->incomplete($range->resolve(new Calendar(), Reader::Ranking)->start);
    }

    /** @return array<string, mixed> */
    private static function userRanking(Reports $reports): array
    {
        $sortBy = Input::query('sort_by') ?? 'traffic_desc';
        $timeRange = Input::query('time_range') ?? 'today';
        $limit = Input::query('limit') ?? 'all';
        $bounds = Input::queries('start_date', 'end_date', 'start_timestamp', 'end_timestamp');
        $request = RequestParser::userRanking($sortBy, $timeRange, $limit, ...array_values($bounds));
        return [
            'data' => new JsonStream($reports->rankUsersJson($request)),
            'sort_by' => $sortBy,
            'time_range' => $timeRange,
            'limit' => $limit,
            'actual_limit' => $request->limit ?? PHP_INT_MAX,
        ] + $reports->incomplete($request->range->resolve(new Calendar(), Reader::Ranking)->start);
    }

    /** @return array<string, mixed> */
    private static function nodeChart(Reports $reports): array
    {
        $node = Input::query('node_id');
        if ($node === null || $node === '' || $node === '0') {
            throw new BadRequest('node_id is missing');
        }
        $range = RequestParser::range(
            Input::query('time_range') ?? 'today',
            from: Input::query('start_timestamp'),
            to: Input::query('end_timestamp'),
            unnamed: 'today',
        );
        return $reports->nodeChart(new Request(range: $range, nodeId: $node), $node);
    }

    /** @return array<string, mixed> */
    private static function userChart(Reports $reports): array
    {
        $asked = Input::query('user_id');
        $user = RequestParser::id($asked, 'user_id') ?: throw new BadRequest('user_id is missing');
        $bounds = Input::queries('start_date', 'end_date', 'start_timestamp', 'end_timestamp');
        $range = RequestParser::range(Input::query('time_range') ?? 'today', ...[...array_values($bounds), 'today']);
        return $reports->userChart(new Request(range: $range, userId: $user), $asked);
    }
}
