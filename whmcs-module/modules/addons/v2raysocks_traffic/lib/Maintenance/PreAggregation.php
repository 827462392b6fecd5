<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\RequestParser;
use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\NodeIndex;
use V2RaySocksTraffic\Sql\Number;
use V2RaySocksTraffic\Sql\Sums;
use V2RaySocksTraffic\Sql\Where;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Daily sums by user and node, in tables of ours in the V2RaySocks database. */
final class PreAggregation
{
    public const TABLES = ['daily_user_traffic', 'daily_node_traffic', 'hourly_stats'];

    private const ROWS_A_WRITE = 500;

    /** Longest id or text of a node that fits. */
    private const NODE_TYPE = 'varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL';

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return list<string> names of the tables that are missing */
    public function missing(): array
    {
        $rows = $this->db->rows('SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()');
        return array_values(array_diff(self::TABLES, array_column($rows, 'name')));
    }

    /** True when all tables are there and can hold what is written to them. */
    public function isReady(): bool
    {
        return $this->missing() === [] && !$this->hasNumbersForNodes();
    }

    public function createTables(): void
    {
        foreach ($this->missing() as $table) {
            $this->db->execute(match ($table) {
                'daily_user_traffic' => self::daily($table, 'user', 'int NOT NULL', 'unique_nodes'),
                'daily_node_traffic' => self::daily($table, 'node', self::NODE_TYPE, 'unique_users'),
                default => self::hourly(),
            });
        }
        $this->widenNodeId();
    }

    /** Writes the sums of a day, today without one. Detail that the roll-up has taken away since is kept. */
    public function update(mixed $date): void
    {
        $day = RequestParser::date($date) ?? $this->calendar->today();
        $window = new Window($this->calendar->startOf($day), $this->calendar->endOf($day));
        [$users, $nodes] = $this->sums($window);
        $this->db->transaction(function () use ($day, $users, $nodes): void {
            $this->write('daily_user_traffic', 'user_id', 'unique_nodes', $day, $users);
            $this->write('daily_node_traffic', 'node_id', 'unique_users', $day, $nodes);
        });
    }

    /**
     * @return array{array<int, list<int|float>>, array<string, list<int|float>>}
     *     upload, download, distinct nodes or users, rows; by user and by id or text of the node
     */
    private function sums(Window $window): array
    {
        $index = NodeIndex::read($this->db);
        [$users, $nodes, $seen] = [[], [], []];
        foreach ((new Sums($this->db))->byUserAndNode(Where::within($window), $this->calendar) as $group) {
            $seen = isset($users[$group[0]]) ? $seen : [];
            $users[$group[0]] = self::added($users[$group[0]] ?? [0, 0, 0, 0], $group);
            $node = $index->keyOf((string) $group[1]);
            if ($node === null) {
                continue;
            }
            $isNew = isset($seen[$node]) ? 0 : 1;
            $seen[$node] = true;
            $name = is_int($node) ? "$node" : substr($node, 1);
            $nodes["=$name"] = self::added($nodes["=$name"] ?? [0, 0, 0, 0], $group);
            $nodes["=$name"][2] += $isNew;
            $users[$group[0]][2] += $isNew;
        }
        return [$users, $nodes];
    }

    /**
     * @param list<int|float> $sums
     * @param list<mixed> $group
     * @return list<int|float>
     */
    private static function added(array $sums, array $group): array
    {
        return [$sums[0] + Number::sum($group[2]), $sums[1] + Number::sum($group[3]), $sums[2], $sums[3] + $group[7]];
    }

    /** @param array<int|string, list<int|float>> $sums */
    private function write(string $table, string $id, string $unique, string $day, array $sums): void
    {
        foreach (array_chunk($sums, self::ROWS_A_WRITE, true) as $chunk) {
            $params = [];
            foreach ($chunk as $key => [$upload, $download, $distinct, $records]) {
                array_push($params, ltrim((string) $key, '='), $day, $upload, $download, $upload + $download, $distinct, $records);
            }
            $rows = implode(', ', array_fill(0, count($chunk), '(?, ?, ?, ?, ?, ?, ?)'));
            $this->db->execute(
                "INSERT INTO $table ($id, date, total_upload, total_download, total_traffic, $unique, usage_records)"
                . " VALUES $rows ON DUPLICATE KEY UPDATE total_upload = VALUES(total_upload),"
                . ' total_download = VALUES(total_download), total_traffic = VALUES(total_traffic),'
                . " $unique = GREATEST($unique, VALUES($unique)), usage_records = GREATEST(usage_records, VALUES(usage_records))",
                $params,
            );
        }
    }

    private function widenNodeId(): void
    {
        if ($this->hasNumbersForNodes()) {
            $this->db->execute('ALTER TABLE daily_node_traffic MODIFY node_id ' . self::NODE_TYPE);
        }
    }

    /** Tables of old versions hold node ids as numbers, into which no name fits. */
    private function hasNumbersForNodes(): bool
    {
        $column = $this->db->row(
            "SELECT DATA_TYPE AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
            . " AND TABLE_NAME = 'daily_node_traffic' AND COLUMN_NAME = 'node_id'",
        );
        return $column !== null && $column['type'] === 'int';
    }

    private static function daily(string $table, string $of, string $type, string $unique): string
    {
        return "CREATE TABLE IF NOT EXISTS $table (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, {$of}_id $type,"
            . ' date date NOT NULL, total_upload bigint DEFAULT 0, total_download bigint DEFAULT 0,'
            . " total_traffic bigint DEFAULT 0, $unique int DEFAULT 0, usage_records int DEFAULT 0,"
            . ' created_at timestamp DEFAULT CURRENT_TIMESTAMP,'
            . ' updated_at timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,'
            . " UNIQUE KEY unique_{$of}_date ({$of}_id, date), KEY idx_date (date), KEY idx_{$of}_id ({$of}_id),"
            . ' KEY idx_traffic (total_traffic)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4';
    }

    private static function hourly(): string
    {
        return 'CREATE TABLE IF NOT EXISTS hourly_stats (id int NOT NULL AUTO_INCREMENT PRIMARY KEY,'
            . ' hour_timestamp int NOT NULL, total_users int DEFAULT 0, active_users int DEFAULT 0,'
            . ' total_nodes int DEFAULT 0, active_nodes int DEFAULT 0, total_traffic bigint DEFAULT 0,'
            . ' peak_traffic bigint DEFAULT 0, created_at timestamp DEFAULT CURRENT_TIMESTAMP,'
            . ' UNIQUE KEY unique_hour (hour_timestamp), KEY idx_hour_timestamp (hour_timestamp))'
            . ' ENGINE=InnoDB DEFAULT CHARSET=utf8mb4';
    }
}
