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

    public static function open(Server $server): \PDO
    {
        try {
            return new \PDO(self::dsn($server), $server->user, $server->password, [
                \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION,
                \PDO::ATTR_TIMEOUT => self::CONNECT_TIMEOUT_S,
                // Emulated, so that columns keep the PHP types the module has always had.
                \PDO::ATTR_EMULATE_PREPARES => true,
                \PDO::ATTR_STRINGIFY_FETCHES => false,
            ]);
        } catch (\PDOException $failure) {
            throw Unavailable::database($failure);
        }
    }

    private static function dsn(Server $server): string
    {
        $dsn = "mysql:host=$server->host;dbname=$server->database;charset=utf8mb4";
        return $server->port === null ? $dsn : "$dsn;port=$server->port";
    }
}
