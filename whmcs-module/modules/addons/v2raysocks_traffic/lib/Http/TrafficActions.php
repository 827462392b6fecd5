<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\Reports;
use V2RaySocksTraffic\RequestParser;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The actions whose answer is rows, streamed and counted on the way. */
final class TrafficActions
{
    /** @return array<string, mixed> */
    public static function traffic(Reports $reports): array
    {
        $filters = Input::queries('user_id', 'service_id', 'node_id', 'start_date', 'end_date', 'time_range', 'uuid');
        $filters['time_range'] ??= 'month_including_today';
        $filters += Input::queries('start_timestamp', 'end_timestamp');
        $isEnhanced = (Input::query('enhanced') ?? 'true') === 'true';
        $isGrouped = Input::query('grouped') === 'true';
        [$pieces, $count, $groups] = $reports->trafficJson(RequestParser::traffic($filters, $isEnhanced));
        return [
            'data' => new JsonStream($pieces),
            'grouped_data' => static fn (): ?object => $isGrouped ? (object) $groups() : null,
            'count' => $count,
            'filters_applied' => (object) array_filter($filters),
            'enhanced_mode' => $isEnhanced,
        ];
    }

    /** @return array<string, mixed> */
    public static function service(Reports $reports): array
    {
        $service = Input::query('service_id') ?? '';
        if (in_array($service, ['', '0'], true)) {
            throw new BadRequest('service_id is missing');
        }
        $filters = Input::queries('time_range', 'start_date', 'end_date', 'start_timestamp', 'end_timestamp');
        $filters['time_range'] ??= 'month_including_today';
        $request = RequestParser::traffic($filters + ['service_id' => $service], true);
        [$pieces, $count] = $reports->trafficJson($request);
        return [
            'data' => new JsonStream($pieces),
            'count' => $count,
            'service_id_searched' => $service,
            'filters_applied' => (object) array_filter($filters),
        ];
    }

    /** @return array<string, mixed> */
    public static function usageRecords(Reports $reports): array
    {
        $asked = Input::queries('node_id', 'user_id', 'uuid', 'time_range', 'start_timestamp', 'end_timestamp', 'limit');
        $asked['time_range'] ??= 'today';
        $asked['start_timestamp'] ??= Input::query('export_start_timestamp');
        $asked['end_timestamp'] ??= Input::query('export_end_timestamp');
        $request = RequestParser::usageRecords(
            $asked['node_id'],
            $asked['user_id'],
            $asked['time_range'],
            $asked['limit'],
            Input::query('start_date'),
            Input::query('end_date'),
            $asked['uuid'],
            $asked['start_timestamp'],
            $asked['end_timestamp'],
        );
        $data = new JsonStream($reports->usageRecordsJson($request));
        return ['data' => $data] + array_replace($asked, ['limit' => $request->limit ?? PHP_INT_MAX]);
    }
}
