<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What functions return when there is no answer: the keys of an answer, without figures. */
final class EmptyAnswer
{
    /** @return array<string, mixed> */
    public static function live(): array
    {
        $nothing = ['upload' => 0.0, 'download' => 0.0, 'total' => 0.0];
        return [
            'total_users' => 0,
            'active_users' => ['5min' => 0, '1hour' => 0, '4hour' => 0, '24hours' => 0],
            'total_nodes' => 0,
            'online_nodes' => 0,
            'today_upload' => 0.0,
            'today_download' => 0.0,
            'traffic_periods' => ['5min' => $nothing, '1hour' => $nothing, '4hour' => $nothing, 'monthly' => $nothing],
            'last_updated' => time(),
        ];
    }

    /** @return array<string, mixed> */
    public static function today(): array
    {
        $calendar = new Calendar();
        return [
            'date' => $calendar->today(),
            'hourly_stats' => [],
            'timezone' => $calendar->zoneName(),
            'last_updated' => $calendar->now(),
            'error' => 'the traffic of today could not be read',
        ];
    }

    /** @return array<string, mixed> */
    public static function total(): array
    {
        return [
            'total_upload' => 0.0,
            'total_download' => 0.0,
            'total_traffic' => 0.0,
            'avg_upload' => 0.0,
            'avg_download' => 0.0,
            'first_record' => null,
            'last_record' => null,
            'total_records' => 0,
            'days_active' => 0.0,
            'last_updated' => time(),
        ];
    }

    /** @return array<string, mixed> */
    public static function peak(): array
    {
        return ['peak_date' => null, 'peak_traffic' => 0.0, 'last_updated' => time()];
    }

    /** @return array<string, mixed> */
    public static function chart(string $seen, string $of, mixed $id, mixed $timeRange): array
    {
        $lists = ['labels' => [], 'upload' => [], 'download' => [], 'total' => [], $seen => []];
        return $lists + [$of => $id, 'time_range' => $timeRange];
    }
}
