<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Export;

use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\Guard;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Leads an export to its sheet and format. */
final class Exporter
{
    private const SPREADSHEETS = ['excel', 'xls', 'xlsx'];

    /**
     * Prints the export, or a sentence that says why there is none.
     *
     * @param array<string, mixed> $filters
     */
    public static function run(array $filters, mixed $format, mixed $limit, ?string $type = null): void
    {
        try {
            self::export($filters, $format, $limit, $type ?? (string) ($filters['export_type'] ?? ''));
        } catch (\Throwable $failure) {
            if (!headers_sent()) {
                http_response_code($failure instanceof BadRequest ? 400 : 503);
                header('Content-Type: text/plain; charset=utf-8');
                header('X-Content-Type-Options: nosniff');
            }
            Guard::logFailure('export', $failure);
            echo 'Export failed: ' . Guard::words($failure);
        }
    }

    /** @param array<string, mixed> $filters */
    private static function export(array $filters, mixed $format, mixed $limit, string $type): void
    {
        $format = strtolower(is_scalar($format) ? (string) $format : '');
        if (in_array($format, self::SPREADSHEETS, true)) {
            // What the dialogs of version 1 ask for, and always got.
            $format = 'csv';
            if (!headers_sent()) {
                header('X-Export-Notice: this is CSV, which spreadsheets open; their own formats are not offered');
            }
        }
        if (!in_array($format, ['csv', 'json'], true)) {
            throw new BadRequest('this format is not offered; use csv, which spreadsheets open as well, or json');
        }
        $calendar = new Calendar();
        $sheet = self::sheet($type, new Filters($filters, $limit), $calendar);
        $writer = new Writer($sheet, $calendar);
        $format === 'json' ? $writer->json() : $writer->csv();
    }

    private static function sheet(string $type, Filters $filters, Calendar $calendar): Sheet
    {
        $reports = Module::get()->reports();
        return match ($type) {
            'node_rankings' => new NodeRankingSheet($filters, $reports, $calendar),
            'user_rankings' => new UserRankingSheet($filters, $reports, $calendar),
            'usage_records' => new UsageSheet($filters, $reports, $calendar),
            default => new TrafficSheet($filters, $reports, $calendar),
        };
    }
}
