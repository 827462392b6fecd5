<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Export;

use V2RaySocksTraffic\Reports;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\RequestParser;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Usage records. */
final class UsageSheet implements Sheet
{
    public function __construct(
        private readonly Filters $filters,
        private readonly Reports $reports,
        private readonly Calendar $calendar,
    ) {
    }

    public function stem(): string
    {
        $stem = 'usage_records';
        foreach (['node' => 'node_id', 'user' => 'user_id'] as $part => $name) {
            $value = $this->filters->text($name);
            $stem .= $value === null ? '' : "_{$part}_$value";
        }
        $uuid = mb_substr($this->filters->text('uuid') ?? '', 0, 8);
        $search = substr((string) preg_replace('/[^A-Za-z0-9]/', '', $this->filters->text('node_search') ?? ''), 0, 10);
        return $stem . ($uuid === '' ? '' : "_uuid_$uuid") . ($search === '' ? '' : "_search_$search")
            . '_' . $this->filters->timeRange('today');
    }

    public function titles(): array
    {
        return [
            'Formatted Time', 'Date Label (YYYY-MM-DD)', 'Time Label (H:i)', 'Record ID', 'User ID', 'UUID', 'Service ID',
            'Node ID', 'Node Name', 'Upload (Formatted)', 'Download (Formatted)', 'Total (Formatted)', 'Count Rate',
            'Node Country',
        ];
    }

    public function rows(): iterable
    {
        $request = new Request(
            range: $this->filters->range($this->filters->timeRange('today')),
            limit: $this->filters->limit(),
            userId: RequestParser::id($this->filters->text('user_id'), 'user_id'),
            nodeId: $this->filters->text('node_id'),
            uuid: $this->filters->text('uuid'),
        );
        $search = $this->filters->text('node_search') ?? '';
        foreach ($this->reports->eachUsageRecord($request) as $row) {
            if ($search === '' || mb_stripos($row['node_name'] ?? $row['node'], $search) !== false) {
                yield $row;
            }
        }
    }

    public function cells(array $row, int $rank): array
    {
        return array_values($this->record($row));
    }

    public function record(array $row): array
    {
        return [
            'formatted_time' => $row['formatted_time'],
            'time_date_label' => $this->calendar->date($row['t']),
            'time_hour_label' => $this->calendar->format($row['t'], 'H:i'),
            'id' => $row['id'],
            'user_id' => $row['user_id'],
            'uuid' => $row['uuid'],
            'sid' => $row['sid'],
            'node' => $row['node'],
            'node_name' => $row['node_name'],
            'formatted_upload' => $row['formatted_upload'],
            'formatted_download' => $row['formatted_download'],
            'formatted_total' => $row['formatted_total'],
            'count_rate' => $row['count_rate'],
            'node_country' => $row['node_country'],
        ];
    }

    public function info(int $count): array
    {
        return [
            'type' => 'usage_records',
            'node_id' => $this->filters->all()['node_id'] ?? null,
            'user_id' => $this->filters->all()['user_id'] ?? null,
            'time_range' => $this->filters->timeRange('today'),
            'record_count' => $count,
            'generated_at' => $this->calendar->format($this->calendar->now()),
            'timezone' => $this->calendar->zoneName(),
        ];
    }

    public function emptyNotice(): ?string
    {
        return 'No usage records match these conditions.';
    }
}
