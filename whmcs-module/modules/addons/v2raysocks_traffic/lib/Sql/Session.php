<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What a session needs, whatever the server's settings say: a connection inherits them, and one that cuts results
 * after a thousand rows makes sums wrong without a word. The engine sets the same (store/mysql/session.rs).
 */
final class Session
{
    /** Settings by the servers that know them, which tell themselves by comments that they execute. */
    private const ALL = [
        '' => [
            // Servers may ignore what a client asks for as it logs in, and init_connect may undo it.
            'NAMES utf8mb4 COLLATE utf8mb4_general_ci',
            'SESSION autocommit = 1',
            "SESSION sql_mode = 'STRICT_ALL_TABLES'",
            'SESSION sql_select_limit = 18446744073709551615',
            'SESSION completion_type = 0',
            "SESSION time_zone = '+00:00'",
            'SESSION max_sort_length = 1024',
            // Else a day, and on MySQL a year.
            'SESSION lock_wait_timeout = 5',
            'SESSION innodb_lock_wait_timeout = 5',
            'SESSION sql_big_selects = 1',
            'SESSION sql_safe_updates = 0',
            'SESSION sql_auto_is_null = 0',
            'SESSION sql_buffer_result = 0',
            'SESSION foreign_key_checks = 1',
            'SESSION unique_checks = 1',
        ],
        'M!100101' => ['SESSION max_statement_time = 0'],
        'M!100300' => ['SESSION idle_transaction_timeout = 0', 'SESSION idle_readonly_transaction_timeout = 0'],
        'M!100304' => ['SESSION system_versioning_asof = DEFAULT'],
        '!50708' => ['SESSION max_execution_time = 0'],
    ];

    /** ER_UNKNOWN_SYSTEM_VARIABLE and what else servers say to a setting they do not let us have. */
    private const UNSETTABLE = [1193, 1231, 1232, 1228, 1229, 1238, 1227, 1290];

    /** Sets all that a session needs, in two round trips. */
    public static function prepare(\PDO $pdo): void
    {
        $pdo->exec('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE');
        try {
            $pdo->exec(self::together());
        } catch (\PDOException $failure) {
            if (!in_array((int) ($failure->errorInfo[1] ?? 0), self::UNSETTABLE, true)) {
                throw $failure;
            }
            self::oneByOne($pdo);
        }
    }

    private static function together(): string
    {
        $sql = 'SET ';
        foreach (self::ALL as $servers => $settings) {
            // Those of some servers have a comma of their own, so one of all has to come last.
            $list = implode(', ', $settings) . ', ';
            $sql .= $servers === '' ? $list : "/*$servers $list*/ ";
        }
        return "$sql@traffic_engine = 1";
    }

    /** For a server that lacks one of them: what is left of them is better than none. */
    private static function oneByOne(\PDO $pdo): void
    {
        foreach (self::ALL as $servers => $settings) {
            foreach ($settings as $setting) {
                try {
                    $pdo->exec($servers === '' ? "SET $setting" : "/*$servers SET $setting */");
                } catch (\PDOException) {
                    // It is not to be had here.
                }
            }
        }
    }
}
