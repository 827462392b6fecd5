<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Where the V2RaySocks database is and how to log in. Lives for one request and is never stored. */
final class Server
{
    private const MYSQL_PORT = 3306;

    public function __construct(
        public readonly int $id,
        public readonly string $host,
        public readonly ?int $port,
        public readonly string $database,
        public readonly string $user,
        #[\SensitiveParameter]
        public readonly string $password,
    ) {
    }

    /** @param object $row a row of tblservers */
    public static function ofRow(object $row): self
    {
        $address = (string) ($row->ipaddress ?? '');
        $database = (string) ($row->name ?? '');
        $user = (string) ($row->username ?? '');
        if ($address === '' || $database === '' || $user === '') {
            throw new Unavailable('the selected server lacks its address, name (the database) or user name; '
                . 'complete it in WHMCS under Servers');
        }
        [$host, $port] = self::hostAndPort($address);
        if (strpbrk($host . $database, ";\0") !== false) {
            throw new Unavailable('address or name of the selected server holds a semicolon; correct it in WHMCS');
        }
        $port ??= (int) ($row->port ?? 0) ?: null;
        return new self((int) ($row->id ?? 0), $host, $port, $database, $user, self::decrypted((string) ($row->password ?? '')));
    }

    /** The address as the extension takes it; it holds no password. */
    public function url(): string
    {
        $host = str_contains($this->host, ':') ? "[$this->host]" : rawurlencode($this->host);
        // Without a port it goes by the socket, as PDO does.
        $isLocal = strcasecmp($host, 'localhost') === 0 && $this->port === null;
        $port = $isLocal ? '' : ':' . ($this->port ?? self::MYSQL_PORT);
        return 'mysql://' . rawurlencode($this->user) . "@$host$port/" . rawurlencode($this->database);
    }

    /** @return array{string, int|null} `host`, `host:port` or `[IPv6]:port` */
    private static function hostAndPort(string $address): array
    {
        if (preg_match('/\A\[([0-9A-Fa-f:.]+)\](?::([0-9]{1,5}))?\z/', $address, $found) === 1) {
            return [$found[1], isset($found[2]) ? (int) $found[2] : null];
        }
        if (preg_match('/\A([^:]+):([0-9]{1,5})\z/', $address, $found) === 1) {
            return [$found[1], (int) $found[2]];
        }
        return [$address, null];
    }

    private static function decrypted(#[\SensitiveParameter] string $password): string
    {
        return function_exists('decrypt') ? (string) \decrypt($password) : $password;
    }
}
