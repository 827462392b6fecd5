<?php

declare(strict_types=1);

use V2RaySocksTraffic\ByteFormat;
use V2RaySocksTraffic\EmptyAnswer;
use V2RaySocksTraffic\Export\Exporter;
use V2RaySocksTraffic\Guard;
use V2RaySocksTraffic\Language;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\RequestParser;
use V2RaySocksTraffic\Sql\TrafficGroups;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\LegacyRanges;
use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/autoload.php';
require_once __DIR__ . '/Monitor_Redis.php';
require_once __DIR__ . '/Display.php';

/** @return array<string, string> texts by key in the configured language */
function v2raysocks_traffic_loadLanguage()
{
    return Language::get()->texts;
}

/**
 * @param string $key
 * @return string the text, or the key itself when it is unknown
 */
function v2raysocks_traffic_lang($key)
{
    return Language::get()->text((string) $key);
}

/** @return object|null the selected row of tblservers */
function v2raysocks_traffic_serverInfo()
{
    return Guard::answer('serverInfo', static fn (): ?object => Module::get()->serverRow(), null);
}

/** @return \PDO|null the connection of this request to the V2RaySocks database */
function v2raysocks_traffic_createPDO()
{
    return Guard::answer('createPDO', static fn (): \PDO => Module::get()->pdo(), null);
}

/** @return array<int|string, string> names of all V2RaySocks servers by id */
function v2raysocks_traffic_serverOptions()
{
    return Guard::answer('serverOptions', static function (): array {
        $servers = Capsule::table('tblservers')->where('type', 'V2RaySocks')->get(['id', 'name']);
        $options = [];
        foreach ($servers as $server) {
            $options[(int) $server->id] = (string) $server->name;
        }
        return $options === [] ? ['' => v2raysocks_traffic_lang('no_server_hint')] : $options;
    }, ['' => v2raysocks_traffic_lang('database_error')]);
}

/** @return array<string, string> */
function v2raysocks_traffic_getModuleConfig()
{
    $settings = Module::get()->settings;
    $config = [];
    foreach (['default_unit', 'refresh_interval', 'realtime_refresh_interval', 'chart_unit'] as $name) {
        $config[$name] = $settings->filled($name);
    }
    return $config;
}

/**
 * @param array<string, mixed> $filters sid, uuid, start, end
 * @return list<array<string, mixed>>
 */
function v2raysocks_traffic_getDayTraffic($filters = [])
{
    return Guard::answer('getDayTraffic', static function () use ($filters): array {
        return Module::get()->reports()->dayTraffic(RequestParser::traffic($filters));
    }, []);
}

/**
 * @param array<string, mixed> $filters
 * @return list<array<string, mixed>>
 */
function v2raysocks_traffic_getTrafficData($filters = [])
{
    return Guard::answer('getTrafficData', static function () use ($filters): array {
        return Module::get()->reports()->traffic(RequestParser::traffic($filters));
    }, []);
}

/**
 * @param array<string, mixed> $filters
 * @return list<array<string, mixed>>
 */
function v2raysocks_traffic_getEnhancedTrafficData($filters = [])
{
    return Guard::answer('getEnhancedTrafficData', static function () use ($filters): array {
        return Module::get()->reports()->traffic(RequestParser::traffic($filters, true));
    }, []);
}

/**
 * @param string $timeRange
 * @return int|null first second of a range of raw traffic rows
 */
function v2raysocks_traffic_getTimeFilter($timeRange)
{
    return LegacyRanges::trafficStart((string) $timeRange);
}

/**
 * Kept for callers of old. Values are taken as they are: large ones are not guessed to be errors.
 *
 * @param array<mixed> $data
 * @return array<mixed>
 */
function v2raysocks_traffic_validateTrafficData(&$data)
{
    return $data;
}

/**
 * @param int|string $serviceId
 * @param array<string, mixed> $filters
 * @return list<array<string, mixed>>
 */
function v2raysocks_traffic_getTrafficByServiceId($serviceId, $filters = [])
{
    return v2raysocks_traffic_getTrafficData(['service_id' => $serviceId] + $filters);
}

/**
 * @param int|string $serviceId
 * @param array<string, mixed> $filters
 * @return list<array<string, mixed>>
 */
function v2raysocks_traffic_searchByServiceId($serviceId, $filters = [])
{
    return v2raysocks_traffic_getEnhancedTrafficData(['service_id' => $serviceId] + $filters);
}

/**
 * @param iterable<array<string, mixed>> $data rows with t, u and d
 * @param string $timeRange
 * @return array<string, array<string, mixed>>
 */
function v2raysocks_traffic_groupDataByTime($data, $timeRange = 'today')
{
    $groups = new TrafficGroups(new Calendar());
    foreach ($data as $row) {
        $groups->add((int) $row['t'], ($row['u'] ?? 0) + 0, ($row['d'] ?? 0) + 0);
    }
    return $groups->finish((string) $timeRange);
}

/** @return array<string, mixed> */
function v2raysocks_traffic_getLiveStats()
{
    return Guard::answer('getLiveStats', static fn (): array => Module::get()->reports()->live(), EmptyAnswer::live());
}

/** @return array<string, mixed> */
function v2raysocks_traffic_getTodayTrafficData()
{
    $ask = static fn (): array => Module::get()->reports()->today();
    return Guard::answer('getTodayTrafficData', $ask, EmptyAnswer::today());
}

/** @return array<string, mixed> */
function v2raysocks_traffic_getTotalTrafficSinceLaunch()
{
    $ask = static fn (): array => Module::get()->reports()->total();
    return Guard::answer('getTotalTrafficSinceLaunch', $ask, EmptyAnswer::total());
}

/** @return array<string, mixed> */
function v2raysocks_traffic_getHistoricalPeakTraffic()
{
    $ask = static fn (): array => Module::get()->reports()->peak();
    return Guard::answer('getHistoricalPeakTraffic', $ask, EmptyAnswer::peak());
}

/** @return list<object> all columns of all nodes */
function v2raysocks_traffic_getAllNode()
{
    return Guard::answer('getAllNode', static function (): array {
        return array_map(static fn (array $node): object => (object) $node, Module::get()->reports()->nodeTable());
    }, []);
}

/** @return list<array<string, mixed>> */
function v2raysocks_traffic_getAllNodes()
{
    return Guard::answer('getAllNodes', static fn (): array => Module::get()->reports()->nodes(), []);
}

/**
 * @param int|string $userID
 * @return array<string, mixed>|null
 */
function v2raysocks_traffic_getUserDetails($userID)
{
    return Guard::answer('getUserDetails', static function () use ($userID): ?array {
        $id = RequestParser::id($userID, 'user_id');
        return $id === null ? null : Module::get()->reports()->userDetails($id);
    }, null);
}

/**
 * @param int|string $nodeID
 * @return array<string, mixed>|null
 */
function v2raysocks_traffic_getNodeDetails($nodeID)
{
    return Guard::answer('getNodeDetails', static function () use ($nodeID): ?array {
        $id = RequestParser::id($nodeID, 'node_id');
        return $id === null ? null : Module::get()->reports()->nodeDetails($id);
    }, null);
}

/**
 * @param string $sortBy
 * @param string $timeRange
 * @param int|string|null $startTimestamp
 * @param int|string|null $endTimestamp
 * @return list<array<string, mixed>>
 */
function v2raysocks_traffic_getNodeTrafficRankings(
    $sortBy = 'traffic_desc',
    $timeRange = 'today',
    $startTimestamp = null,
    $endTimestamp = null,
) {
    return Guard::answer('getNodeTrafficRankings', static fn (): array => Module::get()->reports()->rankNodes(new Request(
        range: RequestParser::range($timeRange, null, null, $startTimestamp, $endTimestamp),
        sortBy: RequestParser::sort($sortBy, RequestParser::NODE_SORTS),
    )), []);
}

/**
 * @param string $sortBy
 * @param string $timeRange
 * @param int $limit
 * @param string|null $startDate
 * @param string|null $endDate
 * @param int|string|null $startTimestamp
 * @param int|string|null $endTimestamp
 * @return list<array<string, mixed>>
 */
function v2raysocks_traffic_getUserTrafficRankings(
    $sortBy = 'traffic_desc',
    $timeRange = 'today',
    $limit = PHP_INT_MAX,
    $startDate = null,
    $endDate = null,
    $startTimestamp = null,
    $endTimestamp = null,
) {
    $arguments = func_get_args();
    return Guard::answer('getUserTrafficRankings', static function () use ($arguments): array {
        return Module::get()->reports()->rankUsers(RequestParser::userRanking(...$arguments));
    }, []);
}

/**
 * @param int|string $nodeId
 * @param string $timeRange
 * @param int|string|null $startTimestamp
 * @param int|string|null $endTimestamp
 * @return array<string, mixed>
 */
function v2raysocks_traffic_getNodeTrafficChart(
    $nodeId,
    $timeRange = 'today',
    $startTimestamp = null,
    $endTimestamp = null,
) {
    $bounds = [null, null, $startTimestamp, $endTimestamp];
    return Guard::answer('getNodeTrafficChart', static function () use ($nodeId, $timeRange, $bounds): array {
        $range = RequestParser::range($timeRange, ...[...$bounds, 'today']);
        return Module::get()->reports()->nodeChart(new Request(range: $range, nodeId: (string) $nodeId), $nodeId);
    }, EmptyAnswer::chart('users', 'node_id', $nodeId, $timeRange));
}

/**
 * @param int|string $userId
 * @param string $timeRange
 * @param string|null $startDate
 * @param string|null $endDate
 * @param int|string|null $startTimestamp
 * @param int|string|null $endTimestamp
 * @return array<string, mixed>
 */
function v2raysocks_traffic_getUserTrafficChart(
    $userId,
    $timeRange = 'today',
    $startDate = null,
    $endDate = null,
    $startTimestamp = null,
    $endTimestamp = null,
) {
    $bounds = [$startDate, $endDate, $startTimestamp, $endTimestamp];
    return Guard::answer('getUserTrafficChart', static function () use ($userId, $timeRange, $bounds): array {
        $range = RequestParser::range($timeRange, ...[...$bounds, 'today']);
        $id = RequestParser::id($userId, 'user_id') ?? 0;
        return Module::get()->reports()->userChart(new Request(range: $range, userId: $id), $userId);
    }, EmptyAnswer::chart('nodes', 'user_id', $userId, $timeRange));
}

/**
 * @param int|string|null $nodeId
 * @param int|string|null $userId
 * @param string $timeRange
 * @param int $limit
 * @param string|null $startDate
 * @param string|null $endDate
 * @param string|null $uuid
 * @param int|string|null $startTimestamp
 * @param int|string|null $endTimestamp
 * @return list<array<string, mixed>>
 */
function v2raysocks_traffic_getUsageRecords(
    $nodeId = null,
    $userId = null,
    $timeRange = 'today',
    $limit = PHP_INT_MAX,
    $startDate = null,
    $endDate = null,
    $uuid = null,
    $startTimestamp = null,
    $endTimestamp = null,
) {
    $arguments = func_get_args();
    return Guard::answer('getUsageRecords', static function () use ($arguments): array {
        return Module::get()->reports()->usageRecords(RequestParser::usageRecords(...$arguments));
    }, []);
}

/**
 * @param mixed $bytes
 * @param int $precision
 * @param string $unit auto, B, KB, MB, GB, TB, PB, EB or ZB
 * @param string $system ignored: units are decimal
 * @return string
 */
function v2raysocks_traffic_formatBytesConfigurable($bytes, $precision = 2, $unit = 'auto', $system = 'decimal')
{
    return ByteFormat::of(is_numeric($bytes) ? (float) $bytes : 0.0, (int) $precision, (string) $unit);
}

/**
 * @param string $range
 * @return array{start: int}|false
 */
function v2raysocks_traffic_getTimeRangeTimestamps($range)
{
    $start = LegacyRanges::labelStart((string) $range);
    return $start === null ? false : ['start' => $start];
}

/**
 * @param string $range
 * @param int $points
 * @return list<string>
 */
function v2raysocks_traffic_generateDefaultTimeLabels($range, $points = 10)
{
    return LegacyRanges::labels((string) $range, (int) $points);
}

/**
 * Prints an export.
 *
 * @param array<string, mixed> $filters
 * @param string $format csv or json
 * @param int|string|null $limit
 */
function v2raysocks_traffic_exportTrafficData($filters, $format = 'csv', $limit = null): void
{
    Exporter::run($filters, $format, $limit);
}

/**
 * @param array<string, mixed> $filters
 * @param string $format
 * @param int|string|null $limit
 */
function v2raysocks_traffic_exportNodeRankings($filters, $format = 'csv', $limit = null): void
{
    Exporter::run($filters, $format, $limit, 'node_rankings');
}

/**
 * @param array<string, mixed> $filters
 * @param string $format
 * @param int|string|null $limit
 */
function v2raysocks_traffic_exportUserRankings($filters, $format = 'csv', $limit = null): void
{
    Exporter::run($filters, $format, $limit, 'user_rankings');
}

/**
 * @param array<string, mixed> $filters
 * @param string $format
 * @param int|string|null $limit
 */
function v2raysocks_traffic_exportUsageRecords($filters, $format = 'csv', $limit = null): void
{
    Exporter::run($filters, $format, $limit, 'usage_records');
}
