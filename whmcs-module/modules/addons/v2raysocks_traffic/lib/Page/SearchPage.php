<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\Http\Input;
use V2RaySocksTraffic\Reports;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The traffic of one service, user or UUID. */
final class SearchPage implements Page
{
    private const TYPES = ['service_id' => 'service_id', 'user_id' => 'user_id', 'uuid' => 'uuid'];

    public function __construct(private readonly Reports $reports)
    {
    }

    public function sections(): array
    {
        return [
            fn (): string => Html::heading('service_search') . Html::search('service_search', [
                Html::select('search_type', 'search_type', self::TYPES, Input::query('search_type')),
                Html::input('search_value', 'search_value_label', Input::query('search_value')),
                ...Fields::range(),
            ]),
            $this->results(...),
        ];
    }

    private function results(): string
    {
        $value = trim(Input::query('search_value') ?? '');
        if ($value === '') {
            return Html::note(\v2raysocks_traffic_lang('search_to_view_data'));
        }
        $type = Input::query('search_type') ?? '';
        return TrafficTable::html($this->reports, [
            isset(self::TYPES[$type]) ? $type : 'service_id' => $value,
            'time_range' => Fields::timeRange(),
            'start_date' => Input::query('start_date'),
            'end_date' => Input::query('end_date'),
        ]);
    }
}
