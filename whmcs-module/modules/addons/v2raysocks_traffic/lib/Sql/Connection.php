<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The V2RaySocks database, one connection a request. Failures come out as Unavailable. */
final class Connection
{
    public function __construct(private readonly \PDO $pdo)
    {
    }

    /**
     * @param list<int|string|null> $params
     * @return list<array<string, mixed>>
     */
    public function rows(string $sql, array $params = []): array
    {
        /** @var list<array<string, mixed>> $rows */
        $rows = $this->run($sql, $params)->fetchAll(\PDO::FETCH_ASSOC);
        return $rows;
    }

    /**
     * @param list<int|string|null> $params
     * @return array<string, mixed>|null
     */
    public function row(string $sql, array $params = []): ?array
    {
        return $this->rows($sql, $params)[0] ?? null;
    }

    /**
     * Rows as they arrive, never all in memory. No other statement may run before the last one was taken.
     *
     * @param list<int|string|null> $params
     * @return \Generator<int, list<mixed>>
     */
    public function stream(string $sql, array $params = []): \Generator
    {
        /** @var \Generator<int, list<mixed>> $rows */
        $rows = $this->fetch($sql, $params, \PDO::FETCH_NUM);
        return $rows;
    }

    /**
     * The same by name of the column.
     *
     * @param list<int|string|null> $params
     * @return \Generator<int, array<string, mixed>>
     */
    public function streamNamed(string $sql, array $params = []): \Generator
    {
        /** @var \Generator<int, array<string, mixed>> $rows */
        $rows = $this->fetch($sql, $params, \PDO::FETCH_ASSOC);
        return $rows;
    }

    /**
     * @param list<int|string|null> $params
     * @return \Generator<int, array<array-key, mixed>>
     */
    private function fetch(string $sql, array $params, int $mode): \Generator
    {
        $statement = $this->unbuffered($sql, $params);
        try {
            while (is_array($row = $statement->fetch($mode))) {
                yield $row;
            }
        } catch (\PDOException $failure) {
            throw Unavailable::database($failure);
        } finally {
            // Also when the reader breaks off, so that the connection can be used again.
            $statement->closeCursor();
        }
    }

    /**
     * @param list<int|float|string|null> $params
     * @return int rows changed
     */
    public function execute(string $sql, array $params = []): int
    {
        return $this->run($sql, $params)->rowCount();
    }

    /**
     * What the generator reads is all of one moment.
     *
     * @template T
     * @param \Generator<int, T> $reading
     * @return \Generator<int, T>
     */
    public function atOneMoment(\Generator $reading): \Generator
    {
        try {
            $this->pdo->exec('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
            $this->pdo->beginTransaction();
        } catch (\PDOException $failure) {
            throw Unavailable::database($failure);
        }
        try {
            yield from $reading;
        } finally {
            // Also when the reader breaks off. It changed nothing; a connection that is lost has nothing to end.
            if ($this->pdo->inTransaction()) {
                $this->pdo->rollBack();
            }
        }
    }

    /**
     * What is read meanwhile is all of one moment, that of the first read.
     *
     * @template T
     * @param callable(): T $read
     * @return T
     */
    public function consistently(callable $read): mixed
    {
        return $this->inTransaction($read, static fn (\PDO $pdo): bool => $pdo->rollBack());
    }

    /**
     * Runs changes that become visible together or not at all.
     *
     * @template T
     * @param callable(): T $work
     * @return T
     */
    public function transaction(callable $work): mixed
    {
        return $this->inTransaction($work, static fn (\PDO $pdo): bool => $pdo->commit());
    }

    /** Statements from here on give up on what others hold locked, instead of waiting for minutes or for ever. */
    public function waitAtMost(int $seconds): void
    {
        $this->execute("SET SESSION innodb_lock_wait_timeout = $seconds, lock_wait_timeout = $seconds");
    }

    /**
     * @template T
     * @param callable(): T $work
     * @param callable(\PDO): bool $end
     * @return T
     */
    private function inTransaction(callable $work, callable $end): mixed
    {
        try {
            // The moment of reads is that of the first one that locks nothing, so after a wait for a lock.
            $this->pdo->exec('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
            $this->pdo->beginTransaction();
            $result = $work();
            $end($this->pdo);
            return $result;
        } catch (\PDOException $failure) {
            throw Unavailable::database($failure);
        } finally {
            $this->rollBack();
        }
    }

    /** Ends what a failure left open; of a connection that is lost, the server ends it. */
    private function rollBack(): void
    {
        try {
            if ($this->pdo->inTransaction()) {
                $this->pdo->rollBack();
            }
        } catch (\PDOException) {
            // The failure before this one is the one to tell.
        }
    }

    /** @param list<int|string|null> $params */
    private function unbuffered(string $sql, array $params): \PDOStatement
    {
        $this->pdo->setAttribute(\PDO::MYSQL_ATTR_USE_BUFFERED_QUERY, false);
        try {
            return $this->run($sql, $params);
        } finally {
            $this->pdo->setAttribute(\PDO::MYSQL_ATTR_USE_BUFFERED_QUERY, true);
        }
    }

    /** @param list<int|float|string|null> $params */
    private function run(string $sql, array $params): \PDOStatement
    {
        try {
            $statement = $this->pdo->prepare($sql);
            if ($statement === false) {
                throw new \PDOException('the statement could not be prepared');
            }
            foreach ($params as $at => $value) {
                $statement->bindValue($at + 1, $value, is_int($value) ? \PDO::PARAM_INT : \PDO::PARAM_STR);
            }
            $statement->execute();
            return $statement;
        } catch (\PDOException $failure) {
            throw Unavailable::database($failure);
        }
    }
}
