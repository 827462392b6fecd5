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

/** The ranking of users. */
final class UserRankingSheet implements Sheet
{
    public function __construct(
        private readonly Filters $filters,
        private readonly Reports $reports,
        private readonly Calendar $calendar,
    ) {
    }

    public function stem(): string
    {
        return 'user_rankings_' . $this->filters->timeRange('today');
    }

    public function titles(): array
    {
        return [
            'Rank', 'User ID', 'UUID', 'Service ID', 'Enable Status', 'Period Upload (Formatted)',
            'Period Download (Formatted)', 'Period Total (Formatted)', 'Total Upload (Formatted)',
            'Total Download (Formatted)', 'Transfer Enable (Formatted)', 'Remaining Quota (Formatted)',
            'Quota Utilization (%)', 'Nodes Used', 'Usage Records', 'First Usage', 'First Usage Date (YYYY-MM-DD)',
            'First Usage Time (H:i)', 'Last Usage', 'Last Usage Date (YYYY-MM-DD)', 'Last Usage Time (H:i)',
            'Average Traffic Per Node (Formatted)', 'Remark',
        ];
    }

    public function rows(): iterable
    {
        return $this->reports->eachRankedUser(new Request(
            range: $this->filters->range($this->filters->timeRange('today')),
            sortBy: RequestParser::sort($this->filters->text('sort_by'), RequestParser::USER_SORTS),
            limit: $this->filters->limit(),
        ));
    }

    public function cells(array $row, int $rank): array
    {
        $record = $this->record($row);
        return [
            $rank, $row['user_id'], $row['uuid'], $row['sid'], $row['enable'] ? 'Enabled' : 'Disabled',
            $record['formatted_period_upload'], $record['formatted_period_download'], $record['formatted_period_traffic'],
            $record['formatted_total_upload_user'], $record['formatted_total_download_user'],
            $record['formatted_transfer_enable'], $record['formatted_remaining_quota'], $record['quota_utilization'],
            $row['nodes_used'], $row['usage_records'], $record['formatted_first_usage'], $record['first_usage_date_label'],
            $record['first_usage_time_label'], $record['formatted_last_usage'], $record['last_usage_date_label'],
            $record['last_usage_time_label'], $record['formatted_avg_traffic_per_node'], $row['remark'],
        ];
    }

    public function record(array $row): array
    {
        return [
            'user_id' => $row['user_id'],
            'uuid' => $row['uuid'],
            'sid' => $row['sid'],
            'enable' => $row['enable'],
            'formatted_period_upload' => ByteFormat::auto($row['period_upload']),
            'formatted_period_download' => ByteFormat::auto($row['period_download']),
            'formatted_period_traffic' => ByteFormat::auto($row['period_traffic']),
            'formatted_total_upload_user' => ByteFormat::auto($row['total_upload_user']),
            'formatted_total_download_user' => ByteFormat::auto($row['total_download_user']),
            'formatted_transfer_enable' => ByteFormat::auto($row['transfer_enable']),
            'formatted_remaining_quota' => ByteFormat::auto($row['remaining_quota']),
            'quota_utilization' => round($row['quota_utilization'], 2),
            'formatted_avg_traffic_per_node' => ByteFormat::auto($row['avg_traffic_per_node']),
            'nodes_used' => $row['nodes_used'],
            'usage_records' => $row['usage_records'],
            'formatted_first_usage' => $this->time($row['first_usage'], 'Y-m-d H:i:s'),
            'first_usage_date_label' => $this->time($row['first_usage'], 'Y-m-d'),
            'first_usage_time_label' => $this->time($row['first_usage'], 'H:i'),
            'formatted_last_usage' => $this->time($row['last_usage'], 'Y-m-d H:i:s'),
            'last_usage_date_label' => $this->time($row['last_usage'], 'Y-m-d'),
            'last_usage_time_label' => $this->time($row['last_usage'], 'H:i'),
            'remark' => $row['remark'],
        ];
    }

    public function info(int $count): array
    {
        return [
            'timestamp' => $this->calendar->format($this->calendar->now()),
            'total_records' => $count,
            'sort_by' => $this->filters->text('sort_by') ?? 'traffic_desc',
            'time_range' => $this->filters->timeRange('today'),
            'limit' => $this->filters->toldLimit(),
            'format' => 'json',
        ];
    }

    public function emptyNotice(): ?string
    {
        return null;
    }

    /** Nothing for a user who was never seen. */
    private function time(int $t, string $format): string
    {
        return $t === 0 ? '' : $this->calendar->format($t, $format);
    }
}
