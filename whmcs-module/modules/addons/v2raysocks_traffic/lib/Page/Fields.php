<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\Http\Input;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Form fields that several pages share, filled with what was asked for. */
final class Fields
{
    public const RANGES = [
        'today' => 'today', 'yesterday' => 'yesterday', 'week' => 'last_7_days', 'halfmonth' => 'last_15_days',
        'month' => 'last_30_days', 'current_month' => 'this_month', 'all' => 'all_time', 'custom' => 'custom_date_range',
    ];

    public const HOURS = [
        'today' => 'today', 'last_1_hour' => 'last_1_hour', 'last_3_hours' => 'last_3_hours', 'last_6_hours' => 'last_6_hours',
        'last_12_hours' => 'last_12_hours', 'week' => 'last_7_days', 'month' => 'last_30_days', 'custom' => 'custom_date_range',
    ];

    /**
     * @param array<string, string> $ranges
     * @return list<string>
     */
    public static function range(array $ranges = self::RANGES): array
    {
        return [
            Html::select('time_range', 'time_range', $ranges, self::timeRange()),
            Html::input('start_date', 'start_date', Input::query('start_date'), 'date'),
            Html::input('end_date', 'end_date', Input::query('end_date'), 'date'),
        ];
    }

    public static function timeRange(): string
    {
        $range = Input::query('time_range') ?? '';
        return $range === '' ? 'today' : $range;
    }

    /**
     * Links to downloads of what the page shows.
     *
     * @param array<string, mixed> $filters
     */
    public static function exports(string $type, array $filters): string
    {
        $links = [];
        foreach (['csv', 'json'] as $format) {
            $parameters = ['export_type' => $type, 'format' => $format] + array_filter($filters);
            $links[] = Html::link(\v2raysocks_traffic_lang($format), 'export_data', $parameters);
        }
        return '<p>' . Html::lang('export_data') . ': ' . implode(' · ', $links) . '</p>';
    }
}
