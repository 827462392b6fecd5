<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\Reports;
use V2RaySocksTraffic\RequestParser;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Traffic rows and their sums by hour or day. */
final class TrafficTable
{
    /** Rows a page shows; more are for an export. */
    public const ROWS_MAX = 200;

    private const TITLES = [
        'timestamp', 'service_id', 'user_id', 'uuid', 'node_name', 'upload', 'download', 'total', 'ss_limit', 'v2ray_limit',
        'violation_count',
    ];

    /** @param array<string, mixed> $filters */
    public static function html(Reports $reports, array $filters): string
    {
        $request = RequestParser::traffic($filters, true, self::ROWS_MAX);
        $rows = [];
        foreach ($reports->eachTrafficRow($request) as $row) {
            $rows[] = self::cells($row);
        }
        return self::groups($reports->groupedTraffic($request)) . Html::heading('service_traffic_records')
            . Html::table(self::TITLES, $rows) . self::cut(count($rows)) . Fields::exports('all', $filters);
    }

    /** A note where rows were left out. */
    public static function cut(int $rows): string
    {
        $text = str_replace('{count}', (string) $rows, \v2raysocks_traffic_lang('rows_shown'));
        return $rows < self::ROWS_MAX ? '' : Html::note($text);
    }

    /** @param array<string, array<string, mixed>> $groups */
    private static function groups(array $groups): string
    {
        $rows = [];
        foreach ($groups as $key => $group) {
            $rows[] = [$key, Text::bytes($group['upload']), Text::bytes($group['download']), Text::bytes($group['total'])];
        }
        return Html::heading('traffic_usage_over_time') . Html::table(['time', 'upload', 'download', 'total'], $rows);
    }

    /**
     * @param array<string, mixed> $row
     * @return list<mixed>
     */
    private static function cells(array $row): array
    {
        return [
            Text::time($row['t']), $row['service_id'], $row['user_id'], $row['uuid'], $row['node_name'],
            Text::bytes($row['u']), Text::bytes($row['d']), Text::bytes($row['u'] + $row['d']),
            $row['speedlimitss'], $row['speedlimitother'], $row['illegal'],
        ];
    }
}
