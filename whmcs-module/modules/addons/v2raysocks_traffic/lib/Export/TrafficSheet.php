<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Export;

use V2RaySocksTraffic\ByteFormat;
use V2RaySocksTraffic\Reports;
use V2RaySocksTraffic\RequestParser;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Raw traffic rows. */
final class TrafficSheet implements Sheet
{
    public function __construct(
        private readonly Filters $filters,
        private readonly Reports $reports,
        private readonly Calendar $calendar,
    ) {
    }

    public function stem(): string
    {
        $service = $this->filters->text('service_id');
        $range = $this->filters->text('time_range');
        return 'traffic_export' . ($service === null ? '' : "_service_$service") . ($range === null ? '' : "_$range");
    }

    public function titles(): array
    {
        return [
            'Timestamp', 'Date Label (YYYY-MM-DD)', 'Hour Label (H:i)', 'User ID', 'Service ID', 'UUID', 'Node Name',
            'Upload (Formatted)', 'Download (Formatted)', 'Total (Formatted)', 'SS Speed Limit', 'V2Ray Speed Limit',
            'Violation Count',
        ];
    }

    public function rows(): iterable
    {
        $request = RequestParser::traffic($this->filters->all(), limit: $this->filters->limit());
        return $this->reports->eachTrafficRow($request);
    }

    public function cells(array $row, int $rank): array
    {
        $record = $this->record($row);
        unset($record['timestamp']);
        return array_values($record);
    }

    public function record(array $row): array
    {
        return [
            'timestamp' => $row['t'],
            'formatted_time' => $this->calendar->format($row['t']),
            'time_label' => $this->calendar->date($row['t']),
            'hour_label' => $this->calendar->format($row['t'], 'H:i'),
            'user_id' => $row['user_id'],
            'service_id' => $row['service_id'] ?? '',
            'uuid' => $row['uuid'] ?? '',
            'node_name' => $row['node_name'],
            'formatted_upload' => ByteFormat::auto($row['u']),
            'formatted_download' => ByteFormat::auto($row['d']),
            'formatted_total' => ByteFormat::auto($row['u'] + $row['d']),
            'speedlimitss' => $row['speedlimitss'] ?? '',
            'speedlimitother' => $row['speedlimitother'] ?? '',
            'illegal' => $row['illegal'] ?? '0',
        ];
    }

    public function info(int $count): array
    {
        return [
            'timestamp' => $this->calendar->format($this->calendar->now()),
            'total_records' => $count,
            'filters_applied' => (object) $this->filters->given(),
            'format' => 'json',
        ];
    }

    public function emptyNotice(): ?string
    {
        return null;
    }
}
