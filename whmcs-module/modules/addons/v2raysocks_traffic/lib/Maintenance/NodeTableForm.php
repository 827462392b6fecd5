<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The form of `daily_node_traffic`: a listed node by its id, any other by its text with 0 for an id. The original
 * had ids alone, into which no name fits; versions of ours before this one had texts in `node_id`.
 */
final class NodeTableForm
{
    public const NODE_TYPE = 'varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

    /** Columns of the unique key. */
    public const KEY = 'node_id, node, date';

    public function __construct(private readonly Connection $db)
    {
    }

    public function isCurrent(): bool
    {
        $columns = $this->columns();
        return ($columns['node_id'] ?? null) === 'int' && isset($columns['node']) && $this->uniqueKey() === self::KEY;
    }

    /** Two changes of the table with one of its rows between them; each is whole or not there, and can be repeated. */
    public function migrate(): void
    {
        if ($this->isCurrent()) {
            return;
        }
        $columns = $this->columns();
        // Rows that were not converted yet have NULL, and the old key would not let them have one id.
        $changes = array_filter([
            isset($columns['node']) ? '' : 'ADD COLUMN node ' . self::NODE_TYPE . ' DEFAULT NULL AFTER node_id',
            $this->uniqueKey() === '' ? '' : 'DROP KEY unique_node_date',
        ]);
        if ($changes !== []) {
            $this->db->execute('ALTER TABLE daily_node_traffic ' . implode(', ', $changes));
        }
        $this->convertRows(($columns['node_id'] ?? null) === 'int');
        $this->db->execute(
            'ALTER TABLE daily_node_traffic MODIFY node_id int NOT NULL, MODIFY node ' . self::NODE_TYPE . ' NOT NULL,'
            . ' ADD UNIQUE KEY unique_node_date (' . self::KEY . ')',
        );
    }

    private function convertRows(bool $hasNumbers): void
    {
        $unconverted = "(node IS NULL OR (node = '' AND node_id NOT IN ('0', '')))";
        if ($hasNumbers) {
            // What did not fit became 0, whichever node it was.
            $this->db->execute('DELETE FROM daily_node_traffic WHERE node_id = 0 AND node IS NULL');
            $this->db->execute("UPDATE daily_node_traffic SET node = CAST(node_id AS CHAR) WHERE $unconverted");
            return;
        }
        // Assignments go from left to right.
        $listed = 'SELECT CAST(id AS BINARY) FROM node';
        $this->db->execute(
            'UPDATE daily_node_traffic SET node = node_id,'
            . " node_id = IF(CAST(node_id AS BINARY) IN ($listed), node_id, '0') WHERE $unconverted",
        );
    }

    /** @return array<string, string> types by name */
    private function columns(): array
    {
        return array_column($this->db->rows(
            'SELECT COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS'
            . " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'daily_node_traffic'",
        ), 'type', 'name');
    }

    /** Its columns in order, nothing where it is missing. */
    private function uniqueKey(): string
    {
        $columns = $this->db->rows(
            'SELECT COLUMN_NAME AS name FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()'
            . " AND TABLE_NAME = 'daily_node_traffic' AND INDEX_NAME = 'unique_node_date' ORDER BY SEQ_IN_INDEX",
        );
        return implode(', ', array_column($columns, 'name'));
    }
}
