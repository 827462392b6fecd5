<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\Http\Input;
use V2RaySocksTraffic\Http\Status;
use V2RaySocksTraffic\Reports;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\RequestParser;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Nodes by traffic, and one node in detail. */
final class NodePage implements Page
{
    private const TITLES = [
        'ranking', 'node_id', 'node_name', 'protocol', 'address', 'total_traffic_limit', 'used_traffic_statistics',
        'remaining_traffic', 'used_traffic', 'traffic_usage_rate', 'recent_5min_traffic', 'recent_1hour_traffic',
        'recent_4hour_traffic', 'billing_rate', 'user_count', 'record_count', 'excessive_speed_limit', 'speed_limit', 'country',
        'online_status', 'last_online',
    ];

    private const SORTS = [
        'traffic_desc' => 'traffic_usage_high_to_low', 'traffic_asc' => 'traffic_usage_low_to_high',
        'remaining_desc' => 'remaining_traffic_high_to_low', 'remaining_asc' => 'remaining_traffic_low_to_high',
        'users_desc' => 'used_users_count', 'name_asc' => 'node_name',
    ];

    public function __construct(private readonly Reports $reports)
    {
    }

    public function sections(): array
    {
        $sections = [$this->search(...), $this->ranking(...)];
        $node = Input::query('node_id') ?? '';
        if ($node !== '') {
            array_unshift($sections, fn (): string => Records::ofNode($this->reports, $node));
        }
        return $sections;
    }

    private function search(): string
    {
        return Html::search('node_stats', [
            Html::select('show_offline', 'show_offline_nodes', ['true' => 'yes', 'false' => 'no'], Input::query('show_offline')),
            Html::select('sort_by', 'sort_by', self::SORTS, Input::query('sort_by')),
            ...Fields::range(Fields::HOURS),
        ]);
    }

    private function ranking(): string
    {
        $nodes = $this->reports->rankNodes(new Request(
            range: RequestParser::range(Fields::timeRange(), Input::query('start_date'), Input::query('end_date')),
            sortBy: RequestParser::sort(Input::query('sort_by'), RequestParser::NODE_SORTS),
        ));
        $rows = [];
        foreach ($nodes as $at => $node) {
            if ($node['is_online'] || Input::query('show_offline') !== 'false') {
                $rows[] = $this->cells($node, $at + 1);
            }
        }
        return Html::heading('node_rankings_table_title_today') . self::detail() . Html::table(self::TITLES, $rows)
            . Fields::exports('node_rankings', Input::queries('time_range', 'start_date', 'end_date', 'sort_by', 'show_offline'));
    }

    private static function detail(): string
    {
        $since = Status::detailSince();
        return $since === null ? '' : Html::note(\v2raysocks_traffic_lang('detail_known_since') . ' ' . Text::time($since));
    }

    /**
     * @param array<string, mixed> $node
     * @return list<mixed>
     */
    private function cells(array $node, int $rank): array
    {
        $isLimited = $node['max_traffic'] > 0;
        $noLimit = \v2raysocks_traffic_lang('no_limit');
        return [
            $rank,
            new Markup(Html::link((string) $node['id'], 'node_stats', ['node_id' => $node['id'], 'time_range' => Fields::timeRange()])),
            $node['name'],
            $node['type'],
            $node['address'],
            $isLimited ? Text::bytes($node['max_traffic'] * 1e9) : $noLimit,
            Text::bytes($node['statistics']),
            $isLimited ? Text::bytes($node['remaining_traffic']) : $noLimit,
            Text::bytes($node['total_traffic']),
            $isLimited ? Text::percent($node['traffic_utilization']) : '',
            Text::bytes($node['traffic_5min']),
            Text::bytes($node['traffic_1hour']),
            Text::bytes($node['traffic_4hour']),
            $node['count_rate'],
            $node['unique_users'],
            $node['usage_records'],
            $node['excessive_speed_limit'],
            $node['speed_limit'],
            $node['country'],
            Text::state($node['is_online'], 'online', 'offline'),
            Text::time($node['last_online']),
        ];
    }
}
