<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\Http\Input;
use V2RaySocksTraffic\Reports;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What happens now, today by hour, and the records of the last hours. */
final class RealTimePage implements Page
{
    public function __construct(private readonly Reports $reports)
    {
    }

    public function sections(): array
    {
        return [
            fn (): string => Html::heading('live_statistics') . Html::figures(LiveFigures::of($this->reports->live(), false)),
            fn (): string => Html::heading('today_traffic_chart') . $this->today(),
            fn (): string => Html::search('real_time', [
                Html::input('service_id', 'service_id', Input::query('service_id')), ...Fields::range(Fields::HOURS),
            ]),
            fn (): string => TrafficTable::html($this->reports, [
                'service_id' => Input::query('service_id'),
                'time_range' => Fields::timeRange(),
                'start_date' => Input::query('start_date'),
                'end_date' => Input::query('end_date'),
            ]),
        ];
    }

    private function today(): string
    {
        $rows = [];
        foreach ($this->reports->today()['hourly_stats'] as $hour => $bytes) {
            $rows[] = ["$hour:00", Text::bytes($bytes['upload']), Text::bytes($bytes['download'])];
        }
        return Html::table(['time', 'upload', 'download'], $rows);
    }
}
