<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Backend\SqlBackend;
use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Indexes as pure PHP keeps them.
 *
 * @phpstan-import-type Index from IndexKeeper
 * @phpstan-import-type Step from IndexKeeper
 * @phpstan-import-type Report from IndexKeeper
 */
final class SqlIndexes implements IndexKeeper
{
    /** Somebody else made it, or dropped it, meanwhile. */
    private const THERE_ALREADY = 1061;
    private const GONE_ALREADY = 1091;

    private readonly IndexCatalogue $catalogue;

    public function __construct(private readonly Connection $db)
    {
        $this->catalogue = new IndexCatalogue($db);
    }

    public function plan(): array
    {
        $indexes = $this->catalogue->indexes();
        $rows = [];
        foreach (IndexPlan::lacking($indexes) as $table) {
            $rows[$table] = $this->catalogue->rowCount($table);
        }
        return IndexPlan::of($indexes, $rows);
    }

    public function status(): array
    {
        return IndexPlan::judged($this->catalogue->indexes());
    }

    public function apply(): array
    {
        $steps = $this->plan()['create'];
        if ($steps === []) {
            return ['created' => [], 'measured' => []];
        }
        $timings = new IndexTimings(new SqlBackend($this->db));
        $before = $timings->measure();
        $created = array_map($this->create(...), $steps);
        return ['created' => $created, 'measured' => self::pairs($before, $timings->measure())];
    }

    public function drop(array $names): array
    {
        $known = array_filter($this->status(), static fn (array $index): bool => $index['verdict'] !== 'of_others');
        $byName = array_column($known, null, 'name');
        $dropped = [];
        foreach ($names as $name) {
            $index = $byName[$name] ?? throw new BadRequest('no index of that name is ours to drop');
            $dropped[] = ['table' => $index['table'], 'name' => $index['name'], 'columns' => $index['columns']];
        }
        foreach ($dropped as $index) {
            $this->change(IndexSql::drop($index), self::GONE_ALREADY);
        }
        return $dropped;
    }

    /**
     * @param Step $step
     * @return Index
     */
    private function create(array $step): array
    {
        $this->change($step['sql'], self::THERE_ALREADY);
        return ['table' => $step['table'], 'name' => $step['name'], 'columns' => $step['columns']];
    }

    private function change(string $sql, int $asGood): void
    {
        try {
            $this->db->execute($sql);
        } catch (Unavailable $failure) {
            if ($failure->getCode() !== $asGood) {
                throw $failure;
            }
        }
    }

    /**
     * @param array<string, float> $before
     * @param array<string, float> $after
     * @return list<array{question: string, before_ms: float, after_ms: float}>
     */
    private static function pairs(array $before, array $after): array
    {
        return array_map(
            static fn (string $question): array => [
                'question' => $question, 'before_ms' => $before[$question], 'after_ms' => $after[$question],
            ],
            array_keys($before),
        );
    }
}
