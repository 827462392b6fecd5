<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The tables of the pre-aggregates: what is there, and how the rest is made. */
final class RollupTables
{
    /** Sums that others may read too. */
    public const SUMS = ['daily_user_traffic', 'daily_node_traffic', 'hourly_stats'];

    /** What we know about the sums: of which rows each day is, what was merged away, and the lock. */
    public const OWN = ['traffic_engine_rollup_days', 'traffic_engine_rollup_nodes', 'traffic_engine_rollup_state'];

    /** Of the tables' form. */
    public const VERSION = 1;

    /** Held while tables are made and altered, which no transaction can do; servers share names among databases. */
    private const LOCK = "CONCAT('traffic_engine_rollup_', MD5(DATABASE()))";

    public function __construct(private readonly Connection $db)
    {
    }

    /** @return list<string> names of the tables that are missing */
    public function missing(): array
    {
        $rows = $this->db->rows('SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()');
        return array_values(array_diff([...self::SUMS, ...self::OWN], array_column($rows, 'name')));
    }

    /** True where none of them was ever asked for. */
    public function isUnwanted(): bool
    {
        return array_intersect(self::SUMS, $this->missing()) === self::SUMS;
    }

    /** True when all tables are there and can hold what is written to them. */
    public function isReady(): bool
    {
        return $this->missing() === [] && (new NodeTableForm($this->db))->isCurrent() && $this->state() !== null;
    }

    /** @return array<string, mixed>|null the row that is the lock too */
    public function state(): ?array
    {
        return $this->db->row('SELECT * FROM traffic_engine_rollup_state WHERE id = 1');
    }

    /** The name under which the tables have the days of a calendar: theirs where it has, else the calendar's own. */
    public function zoneFor(Calendar $calendar): string
    {
        $zone = (string) ($this->state()['zone'] ?? '');
        return $calendar->hasDaysOf($zone) ? $zone : $calendar->zoneName();
    }

    /** Makes what is missing and brings older forms up to date; safe to repeat after an end at any point. */
    public function create(string $zone): void
    {
        $this->db->waitAtMost(RollupLock::WAIT_S);
        $got = $this->db->row('SELECT GET_LOCK(' . self::LOCK . ', ' . RollupLock::WAIT_S . ') AS got')['got'] ?? 0;
        if ((int) $got !== 1) {
            throw new Unavailable('another process is making or altering these tables; try again when it is done');
        }
        try {
            $this->createLocked($zone);
        } finally {
            $this->db->rows('SELECT RELEASE_LOCK(' . self::LOCK . ')');
        }
    }

    private function createLocked(string $zone): void
    {
        $missing = $this->missing();
        if (!in_array('traffic_engine_rollup_days', $missing, true) && array_intersect(self::SUMS, $missing) !== []) {
            // A table that is made anew lacks what the days say it holds.
            (new RollupDays($this->db))->invalidate('1 = 1');
        }
        foreach ($missing as $table) {
            $this->db->execute("CREATE TABLE IF NOT EXISTS $table " . self::definition($table) . ' ENGINE=InnoDB DEFAULT CHARSET=utf8mb4');
        }
        (new NodeTableForm($this->db))->migrate();
        $this->db->execute(
            'INSERT IGNORE INTO traffic_engine_rollup_state (id, zone, version) VALUES (1, ?, ?)',
            [$zone, self::VERSION],
        );
        $this->rememberNodeLists();
        RowKeeper::create($this->db);
    }

    /** A column that only plain PHP reads, beside those that all writers share. */
    private function rememberNodeLists(): void
    {
        if (!array_key_exists('node_list', $this->state() ?? [])) {
            $this->db->execute('ALTER TABLE traffic_engine_rollup_state ADD COLUMN node_list varchar(64) DEFAULT NULL');
        }
    }

    private static function definition(string $table): string
    {
        return match ($table) {
            'daily_user_traffic' => self::daily('user_id int NOT NULL', 'user', 'user_id, date', 'unique_nodes'),
            'daily_node_traffic' => self::daily(
                'node_id int NOT NULL, node ' . NodeTableForm::NODE_TYPE . ' NOT NULL',
                'node',
                NodeTableForm::KEY,
                'unique_users',
            ),
            'hourly_stats' => '(id int NOT NULL AUTO_INCREMENT PRIMARY KEY, hour_timestamp int NOT NULL,'
                . ' total_users int DEFAULT 0, active_users int DEFAULT 0, total_nodes int DEFAULT 0, active_nodes int DEFAULT 0,'
                . ' total_traffic bigint DEFAULT 0, peak_traffic bigint DEFAULT 0, created_at timestamp DEFAULT CURRENT_TIMESTAMP,'
                . ' UNIQUE KEY unique_hour (hour_timestamp), KEY idx_hour_timestamp (hour_timestamp))',
            'traffic_engine_rollup_days' => '(date date NOT NULL PRIMARY KEY, zone varchar(64) NOT NULL,'
                . ' fingerprint varchar(120) NOT NULL, day_records bigint NOT NULL, day_traffic decimal(39,0) NOT NULL,'
                . ' checked_at int NOT NULL)',
            'traffic_engine_rollup_nodes' => '(date date NOT NULL, node ' . NodeTableForm::NODE_TYPE . ' NOT NULL,'
                . ' merged_upload bigint NOT NULL, merged_download bigint NOT NULL, merged_users int NOT NULL,'
                . ' merged_records int NOT NULL, PRIMARY KEY (date, node))',
            default => '(id int NOT NULL PRIMARY KEY, zone varchar(64) NOT NULL, version int NOT NULL,'
                . ' node_list varchar(64) DEFAULT NULL)',
        };
    }

    private static function daily(string $columns, string $of, string $key, string $unique): string
    {
        return "(id int NOT NULL AUTO_INCREMENT PRIMARY KEY, $columns,"
            . ' date date NOT NULL, total_upload bigint DEFAULT 0, total_download bigint DEFAULT 0,'
            . " total_traffic bigint DEFAULT 0, $unique int DEFAULT 0, usage_records int DEFAULT 0,"
            . ' created_at timestamp DEFAULT CURRENT_TIMESTAMP,'
            . ' updated_at timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,'
            . " UNIQUE KEY unique_{$of}_date ($key), KEY idx_date (date), KEY idx_{$of}_id ({$of}_id),"
            . ' KEY idx_traffic (total_traffic))';
    }
}
