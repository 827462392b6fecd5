<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use V2RaySocksTraffic\BadRequest;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The download of a report. */
final class ExportAction
{
    public static function run(): never
    {
        try {
            [$filters, $format] = [self::filters(), Input::query('format') ?? 'csv'];
        } catch (BadRequest $bad) {
            Response::text('Export failed: ' . $bad->getMessage(), 400);
        }
        // Empty before, as a page may have begun, and unbuffered, as the rows may be many.
        Response::discardOutput();
        \v2raysocks_traffic_exportTrafficData($filters, $format, null);
        exit;
    }

    /** @return array<string, mixed> */
    private static function filters(): array
    {
        $filters = Input::queries('user_id', 'service_id', 'node_id', 'start_date', 'end_date', 'time_range', 'uuid', 'node_search');
        $filters['export_type'] = Input::query('export_type') ?? 'all';
        $filters['sort_by'] = Input::query('sort_by') ?? 'traffic_desc';
        $filters['only_today'] = Input::query('only_today');
        $filters['show_offline'] = Input::query('show_offline') ?? 'true';
        // As it came, because it is told in the file.
        $filters['limit'] = (Input::query('limit_count') ?: Input::query('limit')) ?? PHP_INT_MAX;
        $filters['start_timestamp'] = Input::query('export_start_timestamp') ?? Input::query('start_timestamp');
        $filters['end_timestamp'] = Input::query('export_end_timestamp') ?? Input::query('end_timestamp');
        return self::withDates($filters);
    }

    /**
     * Dates of the export dialog stand for a range of their own.
     *
     * @param array<string, mixed> $filters
     * @return array<string, mixed>
     */
    private static function withDates(array $filters): array
    {
        [$start, $end] = array_values(Input::queries('export_start_date', 'export_end_date'));
        if ($start === null || $start === '' || $end === null || $end === '') {
            return $filters;
        }
        return array_replace($filters, ['start_date' => $start, 'end_date' => $end, 'time_range' => 'custom', 'only_today' => null]);
    }
}
