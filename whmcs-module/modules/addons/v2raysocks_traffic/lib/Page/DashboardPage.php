<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\Http\Input;
use V2RaySocksTraffic\Reports;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** How things stand, and the traffic of a range. */
final class DashboardPage implements Page
{
    public function __construct(private readonly Reports $reports)
    {
    }

    public function sections(): array
    {
        return [
            fn (): string => Html::heading('live_statistics') . Html::figures(LiveFigures::of($this->reports->live(), true)),
            $this->history(...),
            fn (): string => Html::search('', [
                Html::input('service_id', 'service_id', Input::query('service_id')), ...Fields::range(),
            ]),
            fn (): string => TrafficTable::html($this->reports, [
                'service_id' => Input::query('service_id'),
                'time_range' => Fields::timeRange(),
                'start_date' => Input::query('start_date'),
                'end_date' => Input::query('end_date'),
            ]),
        ];
    }

    private function history(): string
    {
        [$total, $peak] = [$this->reports->total(), $this->reports->peak()];
        return Html::figures([
            'total_upload' => Text::bytes($total['total_upload']),
            'total_download' => Text::bytes($total['total_download']),
            'total_traffic' => Text::bytes($total['total_traffic']),
            'first_record' => $total['first_record'] ?? \v2raysocks_traffic_lang('never'),
            'historical_peak' => $peak['peak_date'] ?? \v2raysocks_traffic_lang('never'),
            'peak_traffic_amount' => Text::bytes($peak['peak_traffic']),
        ]);
    }
}
