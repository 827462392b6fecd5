<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Server;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Opens the database of a server. */
final class Connector
{
    private const CONNECT_TIMEOUT_S = 3;

    /** A page waits so long for a server that says nothing; a cron, whose statements take longer, for the other. */
    private const SILENCE_S = 10;
    private const SILENCE_OF_CRON_S = 120;

    public static function open(Server $server): \PDO
    {
        // The time limit of PDO ends with the login, and there is no attribute for what comes after.
        $silence = PHP_SAPI === 'cli' ? self::SILENCE_OF_CRON_S : self::SILENCE_S;
        $usual = ini_set('mysqlnd.net_read_timeout', (string) $silence);
        try {
            $pdo = self::connect($server);
            Session::prepare($pdo);
            return $pdo;
        } catch (\PDOException $failure) {
            throw Unavailable::database($failure);
        } finally {
            if ($usual !== false) {
                ini_set('mysqlnd.net_read_timeout', $usual);
            }
        }
    }

    private static function connect(Server $server): \PDO
    {
        return new \PDO(self::dsn($server), $server->user, $server->password, [
            \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION,
            \PDO::ATTR_TIMEOUT => self::CONNECT_TIMEOUT_S,
            // Emulated, so that columns keep the PHP types the module has always had.
            \PDO::ATTR_EMULATE_PREPARES => true,
            \PDO::ATTR_STRINGIFY_FETCHES => false,
        ]);
    }

    private static function dsn(Server $server): string
    {
        $dsn = "mysql:host=$server->host;dbname=$server->database;charset=utf8mb4";
        return $server->port === null ? $dsn : "$dsn;port=$server->port";
    }
}
