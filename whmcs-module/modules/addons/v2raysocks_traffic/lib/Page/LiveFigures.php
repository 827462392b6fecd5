<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The live figures as texts. */
final class LiveFigures
{
    /**
     * @param array<string, mixed> $live
     * @return array<string, mixed> by key of the text that names them
     */
    public static function of(array $live, bool $withMonth): array
    {
        [$active, $traffic] = [$live['active_users'], $live['traffic_periods']];
        $figures = [
            'total_users' => $live['total_users'],
            'active_users_5min' => $active['5min'],
            'active_users_1hour' => $active['1hour'],
            'active_users_4hour' => $active['4hour'],
            'active_users_24h' => $active['24hours'],
            'online_nodes' => "$live[online_nodes]/$live[total_nodes]",
            'traffic_5min' => Text::bytes($traffic['5min']['total']),
            'traffic_1hour' => Text::bytes($traffic['1hour']['total']),
            'traffic_4hour' => Text::bytes($traffic['4hour']['total']),
            'today_traffic' => Text::bytes($live['today_upload'] + $live['today_download']),
        ];
        return $withMonth ? $figures + ['traffic_monthly' => Text::bytes($traffic['monthly']['total'])] : $figures;
    }
}
