<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PDO;
use TrafficEngine\Whmcs\Tests\Model\Calendar;
use TrafficEngine\Whmcs\Tests\Model\Rows;

/** The rows of `user_usage` of an installation, changed as V2RaySocks and admins change them, here and there alike. */
final class UsageRows
{
    /** @var array<int, array<string, mixed>> by id */
    private array $rows;
    private readonly PDO $pdo;
    private readonly Calendar $calendar;

    public function __construct(Installation $installation)
    {
        $this->pdo = $installation->usage();
        $this->rows = array_column($installation->world->usage, null, 'id');
        $this->calendar = new Calendar($installation->world->zone, $installation->world->now);
        $this->pdo->exec('DELETE FROM user_usage');
        $this->pdo->beginTransaction();
        foreach ($this->rows as $row) {
            Installation::insert($this->pdo, 'user_usage', $row);
        }
        $this->pdo->commit();
    }

    public function all(): Rows
    {
        return new Rows(array_values($this->rows));
    }

    public function add(int $user, int $t, int $upload, int $download, string $node): void
    {
        $id = 1 + max(array_keys($this->rows));
        $rate = $node === 'DAY' ? null : 1.0;
        $row = ['id' => $id, 'user_id' => $user, 't' => $t, 'u' => $upload, 'd' => $download, 'node' => $node, 'count_rate' => $rate];
        Installation::insert($this->pdo, 'user_usage', $row);
        $this->rows[$id] = $row;
    }

    /** Deletes rows; answers how many there were. */
    public function delete(callable $isWanted): int
    {
        $ids = array_keys(array_filter($this->rows, $isWanted));
        foreach ($ids as $id) {
            unset($this->rows[$id]);
        }
        if ($ids !== []) {
            $this->pdo->exec('DELETE FROM user_usage WHERE id IN (' . implode(', ', $ids) . ')');
        }
        return count($ids);
    }

    /** As V2RaySocks does at night: what each user has of a day becomes one row at noon, or is added to that. */
    public function merge(string $date): void
    {
        $noon = $this->calendar->startOf($date) + 43_200;
        $isOfDay = fn (array $row): bool => $this->calendar->date($row['t']) === $date && $row['node'] !== 'DAY';
        $ofDay = $this->all()->where($isOfDay);
        $this->pdo->beginTransaction();
        foreach ($ofDay->by(static fn (array $row): int => $row['user_id']) as $user => $rows) {
            $this->add($user, $noon, $rows->upload(), $rows->download(), 'DAY');
        }
        $this->delete($isOfDay);
        $this->pdo->commit();
    }
}
