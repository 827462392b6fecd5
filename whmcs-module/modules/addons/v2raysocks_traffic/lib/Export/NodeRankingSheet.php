<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Export;

use V2RaySocksTraffic\ByteFormat;
use V2RaySocksTraffic\Reports;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\RequestParser;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The ranking of nodes. */
final class NodeRankingSheet implements Sheet
{
    public function __construct(
        private readonly Filters $filters,
        private readonly Reports $reports,
        private readonly Calendar $calendar,
    ) {
    }

    public function stem(): string
    {
        return 'node_rankings_' . $this->timeRange();
    }

    public function titles(): array
    {
        return [
            'Rank', 'Node ID', 'Node Name', 'Address', 'Country', 'Type', 'Total Upload (Formatted)',
            'Total Download (Formatted)', 'Total Traffic (Formatted)', 'Max Traffic (GB)',
            'Used Traffic Statistics (Formatted)', 'Remaining Traffic (Formatted)', 'Traffic Utilization (%)',
            'Unique Users', 'Usage Records', 'Online Status', 'Last Online', 'Last Online Date (m/d)',
            'Last Online Time (H:i)', 'Average Traffic Per User (Formatted)',
        ];
    }

    public function rows(): iterable
    {
        $nodes = $this->reports->rankNodes(new Request(
            range: $this->filters->range($this->timeRange()),
            sortBy: RequestParser::sort($this->filters->text('sort_by'), RequestParser::NODE_SORTS),
        ));
        if ($this->filters->text('show_offline') === 'false') {
            $nodes = array_filter($nodes, static fn (array $node): bool => $node['is_online']);
        }
        return array_slice($nodes, 0, $this->filters->limit());
    }

    public function cells(array $row, int $rank): array
    {
        $record = $this->record($row);
        return [
            $rank, $row['id'], $row['name'], $row['address'], $row['country'], $row['type'],
            $record['formatted_total_upload'], $record['formatted_total_download'], $record['formatted_total_traffic'],
            $row['max_traffic'], $record['formatted_used_traffic_statistics'], $record['formatted_remaining_traffic'],
            $record['traffic_utilization'], $row['unique_users'], $row['usage_records'],
            $row['is_online'] ? 'Online' : 'Offline', $record['formatted_last_online'],
            $record['last_online_date_label'], $record['last_online_time_label'], $record['formatted_avg_traffic_per_user'],
        ];
    }

    public function record(array $row): array
    {
        return [
            'id' => $row['id'],
            'name' => $row['name'],
            'address' => $row['address'],
            'country' => $row['country'],
            'type' => $row['type'],
            'formatted_total_upload' => ByteFormat::auto($row['total_upload']),
            'formatted_total_download' => ByteFormat::auto($row['total_download']),
            'formatted_total_traffic' => ByteFormat::auto($row['total_traffic']),
            'max_traffic' => $row['max_traffic'],
            'formatted_used_traffic_statistics' => ByteFormat::auto($row['statistics']),
            'formatted_remaining_traffic' => ByteFormat::auto($row['remaining_traffic']),
            'traffic_utilization' => round($row['traffic_utilization'], 2),
            'formatted_avg_traffic_per_user' => ByteFormat::auto($row['avg_traffic_per_user']),
            'unique_users' => $row['unique_users'],
            'usage_records' => $row['usage_records'],
            'is_online' => $row['is_online'],
            'formatted_last_online' => $this->calendar->format($row['last_online']),
            'last_online_date_label' => $this->calendar->date($row['last_online']),
            'last_online_time_label' => $this->calendar->format($row['last_online'], 'H:i'),
        ];
    }

    public function info(int $count): array
    {
        return [
            'timestamp' => $this->calendar->format($this->calendar->now()),
            'total_records' => $count,
            'sort_by' => $this->filters->text('sort_by') ?? 'traffic_desc',
            'only_today' => $this->filters->text('only_today'),
            'format' => 'json',
        ];
    }

    public function emptyNotice(): ?string
    {
        return null;
    }

    private function timeRange(): string
    {
        return match ($this->filters->text('only_today')) {
            null => $this->filters->timeRange('today'),
            'true' => 'today',
            default => $this->filters->timeRange('all'),
        };
    }
}
