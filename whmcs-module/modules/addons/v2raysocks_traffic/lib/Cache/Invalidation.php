<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Cache;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Which keys go when something changed. */
final class Invalidation
{
    private const DEFAULTS = [
        'live_stats', 'monitor_all_nodes_list', 'total_traffic_since_launch', 'all_nodes_basic', 'historical_peak_traffic',
        'traffic_data_*', 'enhanced_traffic_*', 'day_traffic_*', 'today_traffic_*', '*_rankings_*', '*_chart_*',
        'usage_records_*', 'user_details:*', 'node_details:*', 'server_options_list',
    ];

    /** Patterns by kind of data. */
    private const KINDS = [
        'user_data' => ['user_*', 'usage_records_*'],
        'node_data' => ['node_*', 'all_nodes*', 'monitor_all_nodes_list'],
        'traffic_data' => ['traffic_*', 'enhanced_traffic_*', 'day_traffic_*', 'today_traffic_*', '*_chart_*'],
        'rankings' => ['*_rankings_*', 'rankings_*'],
        'live_stats' => ['live_stats*', 'traffic_5min*', 'real_time*'],
        'all_except_config' => [
            'traffic_*', 'enhanced_traffic_*', 'day_traffic_*', 'today_traffic_*', 'user_*', 'node_*', '*_rankings_*',
            'live_stats*', '*_chart_*', 'usage_records_*', 'all_nodes*', 'monitor_all_nodes_list',
            'total_traffic_since_launch', 'historical_peak_traffic',
        ],
    ];

    private const RELATED = [
        'user_traffic' => ['user_*', 'traffic_*', 'live_stats*'],
        'node_traffic' => ['node_*', 'traffic_*', 'live_stats*'],
        'live_stats' => ['live_stats'],
        'all' => ['*'],
    ];

    private const TRIGGERS = [
        'user_update' => ['user_data', 'rankings'],
        'node_update' => ['node_data', 'rankings'],
        'traffic_update' => ['traffic_data', 'live_stats', 'rankings'],
        'data_import' => ['all_except_config'],
        'settings_change' => ['all_except_config'],
    ];

    public function __construct(private readonly Cache $cache)
    {
    }

    /** Everything that depends on usage. */
    public function defaults(): bool
    {
        return $this->patterns(self::DEFAULTS);
    }

    public function kind(string $kind): bool
    {
        return isset(self::KINDS[$kind]) ? $this->patterns(self::KINDS[$kind]) : $this->related($kind);
    }

    public function related(string $kind): bool
    {
        $this->patterns(self::RELATED[$kind] ?? []);
        return true;
    }

    /** False for a trigger nobody knows. */
    public function trigger(string $trigger): bool
    {
        foreach (self::TRIGGERS[$trigger] ?? [] as $kind) {
            $this->kind($kind);
        }
        return isset(self::TRIGGERS[$trigger]);
    }

    /**
     * @param array<string> $patterns
     * @return bool false without Redis
     */
    public function patterns(array $patterns): bool
    {
        foreach ($patterns as $pattern) {
            str_contains($pattern, '*') ? $this->cache->clear($pattern) : $this->cache->delete($pattern);
        }
        return $this->cache->isAvailable();
    }
}
