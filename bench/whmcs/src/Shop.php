<?php

declare(strict_types=1);

namespace TrafficEngine\Bench;

use RuntimeException;
use TrafficEngine\Whmcs\Tests\Installation;
use TrafficEngine\Whmcs\Tests\Servers;
use TrafficEngine\Whmcs\Tests\World;

/** The made-up WHMCS of the tests, over a V2RaySocks database of a given size. */
final class Shop
{
    public const ROWS = 500_000;
    private const NODES = 30;

    /** The original's ten indexes: an installation that is upgraded has them. */
    private const INDEXES = [
        'user_usage' => 'ADD INDEX idx_user_usage_user_time (user_id, t), ADD INDEX idx_user_usage_node_time (node, t), '
            . 'ADD INDEX idx_user_usage_time_traffic (t, u, d), ADD INDEX idx_user_usage_large_data (t, user_id, node, u, d)',
        'user' => 'ADD INDEX idx_user_sid (sid), ADD INDEX idx_user_uuid (uuid), ADD INDEX idx_user_enable (enable), '
            . 'ADD INDEX idx_user_enable_transfer (enable, transfer_enable, u, d)',
        'node' => 'ADD INDEX idx_node_name (name), ADD INDEX idx_node_id_name (id, name)',
    ];

    private readonly Installation $installation;

    public function __construct(private readonly string $generator)
    {
        $this->installation = Installation::of(World::all()['Shanghai'][0]);
        $this->installation->configure();
    }

    public function whmcsDatabase(): string
    {
        return $this->installation->whmcsDatabase();
    }

    /** Makes a database of that many users. */
    public function make(int $users): void
    {
        $name = self::database($users);
        $pdo = Servers::connect();
        $pdo->exec("CREATE DATABASE $name");
        $pdo->exec("GRANT SELECT ON $name.* TO '{$this->installation->databaseUser()}'@'%'");
        $store = getenv('TRAFFIC_ENGINE_TEST_MYSQL') . "/$name";
        $command = [$this->generator, 'generate', '--tz', 'UTC', '--rows', self::ROWS, '--users', $users, '--nodes', self::NODES];
        $process = proc_open(array_map('strval', $command), [], $pipes, null, ['TRAFFIC_ENGINE_STORE' => $store] + getenv());
        if (proc_close($process) !== 0) {
            throw new RuntimeException("no rows for $name; the generator's message is above");
        }
        $pdo = Servers::connect($name);
        foreach (self::INDEXES as $table => $indexes) {
            $pdo->exec("ALTER TABLE $table $indexes");
            $pdo->query("ANALYZE TABLE $table")->fetchAll();
        }
    }

    /** The addon asks this database from now on. */
    public function choose(int $users): void
    {
        $this->installation->configureServer(['name' => self::database($users)]);
    }

    private static function database(int $users): string
    {
        return "v2r_bench_$users";
    }
}
