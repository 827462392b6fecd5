<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What a database says of the V2RaySocks tables and their indexes.
 *
 * @phpstan-import-type Index from IndexKeeper
 */
final class IndexCatalogue
{
    /** A server that tells `User` from `user` has no table `user` where it has `User`. */
    private const NAME = 'IF(@@lower_case_table_names = 0, BINARY TABLE_NAME, LOWER(TABLE_NAME))';

    private const TABLES = 'TABLE_SCHEMA = DATABASE() AND ' . self::NAME . " IN ('user', 'node', 'user_usage')";

    /** One line a column; functional indexes have none, and part of a column is not the column. */
    private const INDEXES = "SELECT LOWER(TABLE_NAME) AS of_table, INDEX_NAME AS name,"
        . " CASE WHEN COLUMN_NAME IS NULL THEN '(expression)'"
        . " WHEN SUB_PART IS NOT NULL THEN CONCAT('(', COLUMN_NAME, ')') ELSE COLUMN_NAME END AS part"
        . ' FROM information_schema.STATISTICS WHERE ' . self::TABLES . " AND INDEX_NAME <> 'PRIMARY'"
        . ' ORDER BY 1, 2, SEQ_IN_INDEX';

    /** Those that are being made; only MariaDB has a column PROGRESS. */
    private const RUNNING = 'SELECT * FROM information_schema.PROCESSLIST'
        . " WHERE DB = DATABASE() AND INFO LIKE 'CREATE INDEX%'";

    /** Seconds to wait for a lock that somebody holds on a table. */
    private const LOCK_WAIT_S = 5;

    public function __construct(private readonly Connection $db)
    {
        $db->execute('SET SESSION lock_wait_timeout = ' . self::LOCK_WAIT_S);
    }

    /** @return list<Index> all but primary keys, by table and name */
    public function indexes(): array
    {
        return self::gathered($this->db->rows(self::INDEXES));
    }

    /** How many rows a table has, by counting all of them; null where it is missing, or a view, which has no indexes of its own. */
    public function rowCount(string $table): ?int
    {
        $found = $this->db->rows(
            'SELECT 1 FROM information_schema.TABLES WHERE ' . self::TABLES . ' AND LOWER(TABLE_NAME) = ?'
            . " AND TABLE_TYPE NOT LIKE '%VIEW'",
            [$table],
        );
        return $found === [] ? null : (int) ($this->db->row("SELECT COUNT(*) AS found FROM `$table`")['found'] ?? 0);
    }

    /** @return list<array{seconds: int, per_cent: int|null}> indexes that are being made, as far as this user may see */
    public function running(): array
    {
        return array_map(static function (array $row): array {
            $row = array_change_key_case($row);
            $progress = $row['progress'] ?? null;
            return ['seconds' => (int) $row['time'], 'per_cent' => $progress === null ? null : (int) $progress];
        }, $this->db->rows(self::RUNNING));
    }

    /**
     * @param list<array<string, mixed>> $lines
     * @return list<Index>
     */
    private static function gathered(array $lines): array
    {
        $indexes = [];
        foreach ($lines as ['of_table' => $table, 'name' => $name, 'part' => $part]) {
            $indexes["$table\0$name"] ??= ['table' => (string) $table, 'name' => (string) $name, 'columns' => []];
            $indexes["$table\0$name"]['columns'][] = (string) $part;
        }
        return array_values($indexes);
    }
}
