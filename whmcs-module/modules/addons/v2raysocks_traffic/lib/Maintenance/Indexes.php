<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Guard;
use V2RaySocksTraffic\Log;
use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Indexes that make questions faster. They change a database of others, so an admin must ask for them. */
final class Indexes
{
    /** Table and columns by name. */
    private const ALL = [
        'idx_user_usage_user_time' => ['user_usage', 'user_id, t'],
        'idx_user_usage_node_time' => ['user_usage', 'node, t'],
        'idx_user_usage_time_traffic' => ['user_usage', 't, u, d'],
        'idx_user_sid' => ['user', 'sid'],
        'idx_user_uuid' => ['user', 'uuid'],
        'idx_user_enable' => ['user', 'enable'],
        'idx_node_name' => ['node', 'name'],
        'idx_node_id_name' => ['node', 'id, name'],
        'idx_user_usage_large_data' => ['user_usage', 't, user_id, node, u, d'],
        'idx_user_enable_transfer' => ['user', 'enable, transfer_enable, u, d'],
    ];

    public function __construct(private readonly Connection $db)
    {
    }

    /** @return list<string> names of the indexes that are missing, as the catalogue says */
    public function missing(): array
    {
        $rows = $this->db->rows(
            'SELECT DISTINCT INDEX_NAME AS name FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()',
        );
        return array_values(array_diff(array_keys(self::ALL), array_column($rows, 'name')));
    }

    /** @return list<string> names of those that could not be created, each with a log line */
    public function create(): array
    {
        $failed = [];
        foreach ($this->missing() as $name) {
            [$table, $columns] = self::ALL[$name];
            try {
                // Without IF NOT EXISTS, which MySQL lacks; the catalogue was asked.
                $this->db->execute("CREATE INDEX $name ON `$table` ($columns)");
            } catch (Unavailable $failure) {
                Log::activity("index $name: " . Guard::words($failure));
                $failed[] = $name;
            }
        }
        return $failed;
    }
}
