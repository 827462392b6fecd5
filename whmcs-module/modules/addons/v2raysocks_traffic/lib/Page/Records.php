<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\Http\Input;
use V2RaySocksTraffic\Reports;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\RequestParser;
use V2RaySocksTraffic\Time\RangeRequest;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** One node or one user in detail: its traffic over time and its usage records. */
final class Records
{
    private const TITLES = ['time_column', 'node_column', 'user_id', 'uuid', 'upload', 'download', 'total', 'rate_column'];

    public static function ofNode(Reports $reports, string $node): string
    {
        $range = self::range();
        $chart = $reports->nodeChart(new Request(range: $range, nodeId: $node), $node);
        $request = new Request(range: $range, limit: TrafficTable::ROWS_MAX, nodeId: $node);
        return '<h3>' . Html::lang('node_details_title') . ' ' . Html::escape($node) . '</h3>'
            . self::series($chart, 'users', 'user_count') . self::records($reports, $request, ['node_id' => $node]);
    }

    public static function ofUser(Reports $reports, string $user): string
    {
        $id = RequestParser::id($user, 'user_id') ?? throw new BadRequest('user_id is missing');
        $range = self::range();
        $chart = $reports->userChart(new Request(range: $range, userId: $id), $id);
        $request = new Request(range: $range, limit: TrafficTable::ROWS_MAX, userId: $id);
        return '<h3>' . Html::lang('user_details') . ' ' . Html::escape($id) . '</h3>'
            . self::series($chart, 'nodes', 'used_nodes') . self::records($reports, $request, ['user_id' => $id]);
    }

    private static function range(): RangeRequest
    {
        return RequestParser::range(Fields::timeRange(), Input::query('start_date'), Input::query('end_date'));
    }

    /** @param array<string, mixed> $chart */
    private static function series(array $chart, string $seen, string $key): string
    {
        $rows = [];
        foreach ($chart['labels'] as $at => $label) {
            $rows[] = [
                $label, Text::bytes($chart['upload'][$at] * 1e9), Text::bytes($chart['download'][$at] * 1e9),
                Text::bytes($chart['total'][$at] * 1e9), $chart[$seen][$at],
            ];
        }
        return Html::table(['time', 'upload', 'download', 'total', $key], $rows);
    }

    /** @param array<string, mixed> $filters */
    private static function records(Reports $reports, Request $request, array $filters): string
    {
        $rows = [];
        foreach ($reports->usageRecords($request) as $record) {
            $rows[] = [
                $record['formatted_time'], $record['node_name'] ?? $record['node'], $record['user_id'], $record['uuid'],
                Text::bytes($record['u']), Text::bytes($record['d']), Text::bytes($record['total_traffic']), $record['count_rate'],
            ];
        }
        $filters += Input::queries('time_range', 'start_date', 'end_date');
        return Html::table(self::TITLES, $rows) . TrafficTable::cut(count($rows)) . Fields::exports('usage_records', $filters);
    }
}
