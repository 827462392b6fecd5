<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PDO;
use RuntimeException;

/** The pre-aggregates of an installation, written by the addon in processes of its own. */
final class Rollup
{
    private const TABLES = [
        'daily_user_traffic', 'daily_node_traffic', 'hourly_stats',
        'traffic_engine_rollup_days', 'traffic_engine_rollup_nodes', 'traffic_engine_rollup_state', 'traffic_engine_rollup_rows',
    ];

    /** @param array<string, string> $settings further ini settings of PHP */
    public function __construct(
        private readonly Installation $installation,
        private readonly array $settings = [],
        private readonly bool $withExtension = false,
    ) {
    }

    public static function drop(PDO $usage): void
    {
        $usage->exec('DROP TABLE IF EXISTS ' . implode(', ', self::TABLES));
    }

    /** Gives the addon's database user these rights and no others. */
    public function grant(string $rights): void
    {
        $pdo = Servers::connect();
        [$database, $user] = [$this->installation->usageDatabase(), "'{$this->installation->databaseUser()}'@'%'"];
        $pdo->exec("REVOKE ALL ON $database.* FROM $user");
        $pdo->exec("GRANT $rights ON $database.* TO $user");
    }

    /** New tables without sums. */
    public function create(): void
    {
        self::drop($this->installation->usage());
        $this->grant('ALL');
        $this->call('createTables');
    }

    /** Calls a method of the addon's pre-aggregation; a failure is a RuntimeException with its words. */
    public function call(string $method, mixed ...$arguments): mixed
    {
        return $this->ask(['class' => 'harness', 'function' => 'harness_rollup', 'arguments' => [$method, ...$arguments]]);
    }

    /** Brings so many days up to date; answers how many are left. */
    public function days(int $days): int
    {
        return $this->ask(['class' => 'harness', 'function' => 'harness_rollup_days', 'arguments' => [$days]]);
    }

    /** Runs the hook of the cron; its answer and problems. */
    public function cron(array $environment = []): array
    {
        $call = ['class' => 'harness', 'function' => 'run_hook', 'arguments' => ['AfterCronJob']];
        $php = new Php($this->installation, $this->withExtension, $this->settings);
        [, $output, $errors] = $php->run([Php::HARNESS . '/ask.php'], serialize([$call]), $environment);
        return unserialize($output)[0] ?? throw new RuntimeException($errors);
    }

    /** @return array<string, list<list<mixed>>> what the three tables hold, by their keys */
    public function tables(): array
    {
        return [
            'users' => $this->rows(
                'date, user_id, total_upload, total_download, total_traffic, unique_nodes, usage_records',
                'daily_user_traffic',
                '1, 2',
            ),
            'nodes' => $this->rows(
                "date, node_id, TRIM(TRAILING ' ' FROM node), total_upload, total_download, total_traffic, unique_users, usage_records",
                'daily_node_traffic',
                "1, 2, CAST(TRIM(TRAILING ' ' FROM node) AS BINARY)",
            ),
            'hours' => $this->rows('hour_timestamp, active_users, active_nodes, total_traffic, peak_traffic', 'hourly_stats', '1'),
        ];
    }

    public function rows(string $columns, string $table, string $order = '1'): array
    {
        return $this->installation->usage()->query("SELECT $columns FROM $table ORDER BY $order")->fetchAll(PDO::FETCH_NUM);
    }

    private function ask(array $call): mixed
    {
        $answer = (new Php($this->installation, $this->withExtension, $this->settings))->ask([$call])[0];
        if (isset($answer['throws']) || $answer['problems'] !== []) {
            throw new RuntimeException($answer['throws'] ?? implode("\n", $answer['problems']));
        }
        return $answer['result'];
    }
}
