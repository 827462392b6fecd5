<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PDO;

/** A made-up WHMCS with our addon switched on, and the V2RaySocks database of a world. */
final class Installation
{
    public const ADDON = 'v2raysocks_traffic';
    /** A password that would be recognised wherever it turned up. */
    public const SERVER_PASSWORD = 'Sup3r-s3cret-server-passw0rd';
    public const SERVER_ID = 7;

    /** @var array<string, self> */
    private static array $installed = [];

    private function __construct(public readonly World $world)
    {
        $this->createUsageDatabase();
        $this->createWhmcsDatabase();
        $this->fillUsageDatabase();
    }

    /** The installation of a world, made anew once in a test run. */
    public static function of(World $world): self
    {
        return self::$installed[$world->name] ??= new self($world);
    }

    public function usageDatabase(): string
    {
        return "v2r_{$this->world->name}";
    }

    public function whmcsDatabase(): string
    {
        return "whmcs_{$this->world->name}";
    }

    /** A database user who may only read: no page needs more. */
    public function databaseUser(): string
    {
        return "reader_{$this->world->name}";
    }

    public function usage(): PDO
    {
        return Servers::connect($this->usageDatabase());
    }

    public function whmcs(): PDO
    {
        return Servers::connect($this->whmcsDatabase());
    }

    /** The settings an admin saves; those not named get back to what the first page shows. */
    public function configure(array $settings = []): void
    {
        $pdo = $this->whmcs();
        $pdo->exec('DELETE FROM tbladdonmodules');
        $insert = $pdo->prepare('INSERT INTO tbladdonmodules (module, setting, value) VALUES (?, ?, ?)');
        foreach ($settings + $this->ordinarySettings() as $setting => $value) {
            $insert->execute([self::ADDON, $setting, $value]);
        }
        $this->configureServer([]);
    }

    /** Changes columns of the server's row; those not named get back to what is right. */
    public function configureServer(array $columns): void
    {
        ['host' => $host, 'port' => $port] = Servers::database();
        $columns += [
            'id' => self::SERVER_ID,
            'name' => $this->usageDatabase(),
            'ipaddress' => "$host:$port",
            'hostname' => '',
            'type' => 'V2RaySocks',
            'username' => $this->databaseUser(),
            'password' => self::hidden(self::SERVER_PASSWORD),
        ];
        $pdo = $this->whmcs();
        $pdo->exec('DELETE FROM tblservers');
        $names = implode(', ', array_keys($columns));
        $marks = implode(', ', array_fill(0, count($columns), '?'));
        $pdo->prepare("INSERT INTO tblservers ($names) VALUES ($marks)")->execute(array_values($columns));
    }

    /** Settings that use the test's cache server. */
    public static function withCache(): array
    {
        ['host' => $host, 'port' => $port, 'pass' => $password] = Servers::cache();
        return ['redis_ip' => $host, 'redis_port' => (string) $port, 'redis_password' => $password];
    }

    /** Text that may not appear in the cache, the activity log, errors or exports. */
    public static function secrets(): array
    {
        return [self::SERVER_PASSWORD, self::hidden(self::SERVER_PASSWORD), Servers::cache()['pass'], Servers::database()['pass']];
    }

    /** @return list<string> what the activity log says, oldest first */
    public function activityLog(): array
    {
        return $this->whmcs()->query('SELECT description FROM tblactivitylog ORDER BY id')->fetchAll(PDO::FETCH_COLUMN);
    }

    public function clearActivityLog(): void
    {
        $this->whmcs()->exec('DELETE FROM tblactivitylog');
    }

    /** As harness/functions.php hides a text. */
    public static function hidden(string $text): string
    {
        return 'enc:' . base64_encode(strrev($text));
    }

    private function ordinarySettings(): array
    {
        return [
            // Their clock stands still, so no time passes until the next look.
            'engine_refresh_interval_ms' => '0',
            'access' => '1',
            'language' => 'english',
            'v2raysocks_server' => (string) self::SERVER_ID,
            'redis_ip' => '',
            'redis_port' => '',
            'redis_password' => '',
            'refresh_interval' => '300',
            'realtime_refresh_interval' => '30',
            'default_unit' => 'auto',
            'chart_unit' => 'auto',
        ];
    }

    private function createWhmcsDatabase(): void
    {
        $pdo = $this->freshDatabase($this->whmcsDatabase());
        $pdo->exec((string) file_get_contents(dirname(__DIR__) . '/harness/schema.sql'));
        $this->configure();
        $insert = $this->whmcs()->prepare('INSERT INTO tblhosting (id, userid, packageid, server, domain) VALUES (?, ?, 1, ?, "")');
        foreach (array_unique(array_column($this->world->users, 'sid')) as $service) {
            $insert->execute([$service, $service + 10_000, self::SERVER_ID]);
        }
    }

    private function createUsageDatabase(): void
    {
        $pdo = $this->freshDatabase($this->usageDatabase());
        $pdo->exec((string) file_get_contents(dirname(__DIR__) . '/harness/v2raysocks.sql'));
        $user = $this->databaseUser();
        $pdo->exec("CREATE OR REPLACE USER '$user'@'%' IDENTIFIED BY '" . self::SERVER_PASSWORD . "'");
        $pdo->exec("GRANT SELECT ON {$this->usageDatabase()}.* TO '$user'@'%'");
    }

    private function freshDatabase(string $name): PDO
    {
        $pdo = Servers::connect();
        $pdo->exec("DROP DATABASE IF EXISTS $name");
        $pdo->exec("CREATE DATABASE $name");
        return Servers::connect($name);
    }

    private function fillUsageDatabase(): void
    {
        $pdo = $this->usage();
        $pdo->beginTransaction();
        foreach (['user' => $this->world->users, 'node' => $this->world->nodes, 'user_usage' => $this->world->usage] as $table => $rows) {
            foreach ($rows as $row) {
                self::insert($pdo, $table, $row);
            }
        }
        $pdo->commit();
    }

    /** @param array<string, mixed> $row */
    public static function insert(PDO $pdo, string $table, array $row): void
    {
        $names = implode(', ', array_keys($row));
        $marks = implode(', ', array_fill(0, count($row), '?'));
        $pdo->prepare("INSERT INTO $table ($names) VALUES ($marks)")->execute(array_values($row));
    }
}
