<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/**
 * Contract 4.9: the rows of exported files, by column title (CSV) or key (JSON), from the rows of the functions.
 *
 * CSV cells are compared as text before formulas are made harmless.
 */
final class Exports
{
    public function __construct(private readonly Model $model)
    {
    }

    /** @return array<string, mixed> */
    public function trafficCsv(array $row): array
    {
        return [
            'Timestamp' => $this->time($row['t']),
            'Date Label (YYYY-MM-DD)' => $this->date($row['t']),
            'Hour Label (H:i)' => $this->hour($row['t']),
            'User ID' => $row['user_id'],
            'Service ID' => $row['service_id'],
            'UUID' => $row['uuid'],
            'Node Name' => $row['node_name'],
            'Upload (Formatted)' => Texts::bytes($row['u']),
            'Download (Formatted)' => Texts::bytes($row['d']),
            'Total (Formatted)' => Texts::bytes($row['u'] + $row['d']),
            'SS Speed Limit' => $row['speedlimitss'],
            'V2Ray Speed Limit' => $row['speedlimitother'],
            'Violation Count' => $row['illegal'] ?? '0',
        ];
    }

    /** @return array<string, mixed> */
    public function trafficJson(array $row): array
    {
        return [
            'timestamp' => $row['t'],
            'formatted_time' => $this->time($row['t']),
            'time_label' => $this->date($row['t']),
            'hour_label' => $this->hour($row['t']),
            'user_id' => $row['user_id'],
            'service_id' => $row['service_id'] ?? '',
            'uuid' => $row['uuid'] ?? '',
            'node_name' => $row['node_name'],
            'formatted_upload' => Texts::bytes($row['u']),
            'formatted_download' => Texts::bytes($row['d']),
            'formatted_total' => Texts::bytes($row['u'] + $row['d']),
            'speedlimitss' => $row['speedlimitss'] ?? '',
            'speedlimitother' => $row['speedlimitother'] ?? '',
            'illegal' => $row['illegal'] ?? '0',
        ];
    }

    /** @return array<string, mixed> without the cells about limits, whose text for no limit is free */
    public function nodeCsv(array $row, int $at): array
    {
        return [
            'Rank' => $at + 1,
            'Node ID' => $row['id'],
            'Node Name' => $row['name'],
            'Address' => $row['address'],
            'Country' => $row['country'],
            'Type' => $row['type'],
            'Total Upload (Formatted)' => Texts::bytes($row['total_upload']),
            'Total Download (Formatted)' => Texts::bytes($row['total_download']),
            'Total Traffic (Formatted)' => Texts::bytes($row['total_traffic']),
            'Max Traffic (GB)' => null,
            'Used Traffic Statistics (Formatted)' => Texts::bytes($row['statistics']),
            'Remaining Traffic (Formatted)' => null,
            'Traffic Utilization (%)' => null,
            'Unique Users' => $row['unique_users'],
            'Usage Records' => $row['usage_records'],
            'Online Status' => $row['is_online'] ? 'Online' : 'Offline',
            'Last Online' => $this->time($row['last_online']),
            'Last Online Date (m/d)' => $this->date($row['last_online']),
            'Last Online Time (H:i)' => $this->hour($row['last_online']),
            'Average Traffic Per User (Formatted)' => Texts::bytes($row['avg_traffic_per_user']),
        ];
    }

    /** @return list<string> */
    public function nodeJsonKeys(): array
    {
        return ['id', 'name', 'address', 'country', 'type', 'formatted_total_upload', 'formatted_total_download', 'formatted_total_traffic',
            'max_traffic', 'formatted_used_traffic_statistics', 'formatted_remaining_traffic', 'traffic_utilization',
            'formatted_avg_traffic_per_user', 'unique_users', 'usage_records', 'is_online', 'formatted_last_online', 'last_online_date_label',
            'last_online_time_label'];
    }

    /** @return array<string, mixed> */
    public function userCsv(array $row, int $at): array
    {
        $used = $row['usage_records'] > 0;
        return [
            'Rank' => $at + 1,
            'User ID' => $row['user_id'],
            'UUID' => $row['uuid'],
            'Service ID' => $row['sid'],
            'Enable Status' => $row['enable'] ? 'Enabled' : 'Disabled',
            'Period Upload (Formatted)' => Texts::bytes($row['period_upload']),
            'Period Download (Formatted)' => Texts::bytes($row['period_download']),
            'Period Total (Formatted)' => Texts::bytes($row['period_traffic']),
            'Total Upload (Formatted)' => Texts::bytes($row['total_upload_user']),
            'Total Download (Formatted)' => Texts::bytes($row['total_download_user']),
            'Transfer Enable (Formatted)' => Texts::bytes($row['transfer_enable']),
            'Remaining Quota (Formatted)' => Texts::bytes($row['remaining_quota']),
            'Quota Utilization (%)' => round($row['quota_utilization'], 2),
            'Nodes Used' => $row['nodes_used'],
            'Usage Records' => $row['usage_records'],
            'First Usage' => $used ? $this->time($row['first_usage']) : '',
            'First Usage Date (YYYY-MM-DD)' => $used ? $this->date($row['first_usage']) : '',
            'First Usage Time (H:i)' => $used ? $this->hour($row['first_usage']) : '',
            'Last Usage' => $used ? $this->time($row['last_usage']) : '',
            'Last Usage Date (YYYY-MM-DD)' => $used ? $this->date($row['last_usage']) : '',
            'Last Usage Time (H:i)' => $used ? $this->hour($row['last_usage']) : '',
            'Average Traffic Per Node (Formatted)' => Texts::bytes($row['avg_traffic_per_node']),
            'Remark' => $row['remark'],
        ];
    }

    /** @return array<string, mixed> */
    public function userJson(array $row): array
    {
        $csv = $this->userCsv($row, 0);
        return [
            'user_id' => $row['user_id'],
            'uuid' => $row['uuid'],
            'sid' => $row['sid'],
            'enable' => $row['enable'],
            'formatted_period_upload' => $csv['Period Upload (Formatted)'],
            'formatted_period_download' => $csv['Period Download (Formatted)'],
            'formatted_period_traffic' => $csv['Period Total (Formatted)'],
            'formatted_total_upload_user' => $csv['Total Upload (Formatted)'],
            'formatted_total_download_user' => $csv['Total Download (Formatted)'],
            'formatted_transfer_enable' => $csv['Transfer Enable (Formatted)'],
            'formatted_remaining_quota' => $csv['Remaining Quota (Formatted)'],
            'quota_utilization' => $csv['Quota Utilization (%)'],
            'formatted_avg_traffic_per_node' => $csv['Average Traffic Per Node (Formatted)'],
            'nodes_used' => $row['nodes_used'],
            'usage_records' => $row['usage_records'],
            'formatted_first_usage' => $csv['First Usage'],
            'first_usage_date_label' => $csv['First Usage Date (YYYY-MM-DD)'],
            'first_usage_time_label' => $csv['First Usage Time (H:i)'],
            'formatted_last_usage' => $csv['Last Usage'],
            'last_usage_date_label' => $csv['Last Usage Date (YYYY-MM-DD)'],
            'last_usage_time_label' => $csv['Last Usage Time (H:i)'],
            'remark' => $row['remark'],
        ];
    }

    /** @return array<string, mixed> */
    public function recordCsv(array $row): array
    {
        return [
            'Formatted Time' => $row['formatted_time'],
            'Date Label (YYYY-MM-DD)' => $this->date($row['t']),
            'Time Label (H:i)' => $this->hour($row['t']),
            'Record ID' => $row['id'],
            'User ID' => $row['user_id'],
            'UUID' => $row['uuid'],
            'Service ID' => $row['sid'],
            'Node ID' => $row['node'],
            'Node Name' => $row['node_name'],
            'Upload (Formatted)' => $row['formatted_upload'],
            'Download (Formatted)' => $row['formatted_download'],
            'Total (Formatted)' => $row['formatted_total'],
            'Count Rate' => $row['count_rate'],
            'Node Country' => $row['node_country'],
        ];
    }

    /** @return list<string> */
    public function recordJsonKeys(): array
    {
        return ['formatted_time', 'time_date_label', 'time_hour_label', 'id', 'user_id', 'uuid', 'sid', 'node', 'node_name', 'formatted_upload',
            'formatted_download', 'formatted_total', 'count_rate', 'node_country'];
    }

    private function time(int $t): string
    {
        return $this->model->calendar->format($t);
    }

    private function date(int $t): string
    {
        return $this->model->calendar->format($t, 'Y-m-d');
    }

    private function hour(int $t): string
    {
        return $this->model->calendar->format($t, 'H:i');
    }
}
