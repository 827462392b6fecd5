<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\Http\Input;
use V2RaySocksTraffic\Reports;
use V2RaySocksTraffic\RequestParser;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Users by traffic, and one user in detail. */
final class UserPage implements Page
{
    private const TITLES = [
        'ranking', 'service_id', 'user_id', 'uuid', 'transfer_quota', 'used_quota', 'remaining_traffic', 'used_traffic',
        'traffic_usage_rate', 'recent_5min_traffic', 'recent_1hour_traffic', 'recent_4hour_traffic', 'used_nodes',
        'ss_speed_limit', 'other_speed_limit', 'record_count', 'status', 'last_active',
    ];

    private const SORTS = [
        'traffic_desc' => 'traffic_usage_high_to_low', 'traffic_asc' => 'traffic_usage_low_to_high',
        'remaining_desc' => 'remaining_traffic_high_to_low', 'remaining_asc' => 'remaining_traffic_low_to_high',
        'nodes_desc' => 'used_nodes_count', 'recent_activity' => 'recent_activity',
    ];

    public function __construct(private readonly Reports $reports)
    {
    }

    public function sections(): array
    {
        $sections = [
            fn (): string => Html::search('user_rankings', [
                Html::select('sort_by', 'sort_by', self::SORTS, Input::query('sort_by')), ...Fields::range(),
            ]),
            $this->ranking(...),
        ];
        $user = Input::query('user_id') ?? '';
        if ($user !== '') {
            array_unshift($sections, fn (): string => Records::ofUser($this->reports, $user));
        }
        return $sections;
    }

    private function ranking(): string
    {
        $users = $this->reports->rankUsers(RequestParser::userRanking(
            Input::query('sort_by'),
            Fields::timeRange(),
            TrafficTable::ROWS_MAX,
            Input::query('start_date'),
            Input::query('end_date'),
        ));
        $rows = array_map($this->cells(...), $users, array_keys($users));
        return Html::heading('user_rankings_table_title') . Html::table(self::TITLES, $rows) . TrafficTable::cut(count($rows))
            . Fields::exports('user_rankings', Input::queries('time_range', 'start_date', 'end_date', 'sort_by'));
    }

    /**
     * @param array<string, mixed> $user
     * @return list<mixed>
     */
    private function cells(array $user, int $at): array
    {
        $parameters = ['user_id' => $user['user_id'], 'time_range' => Fields::timeRange()];
        return [
            $at + 1,
            $user['sid'],
            new Markup(Html::link((string) $user['user_id'], 'user_rankings', $parameters)),
            $user['uuid'],
            Text::bytes($user['transfer_enable']),
            Text::bytes($user['used_traffic']),
            Text::bytes($user['remaining_quota']),
            Text::bytes($user['period_traffic']),
            Text::percent($user['quota_utilization']),
            Text::bytes($user['traffic_5min']),
            Text::bytes($user['traffic_1hour']),
            Text::bytes($user['traffic_4hour']),
            $user['nodes_used'],
            $user['speedlimitss'],
            $user['speedlimitother'],
            $user['usage_records'],
            Text::state($user['enable'] === 1, 'active', 'inactive'),
            Text::time($user['last_usage']),
        ];
    }
}
