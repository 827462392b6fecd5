<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What to do about the indexes of a database: pure advice, the same as the extension's.
 *
 * @phpstan-import-type Index from IndexKeeper
 * @phpstan-import-type Step from IndexKeeper
 * @phpstan-import-type Plan from IndexKeeper
 * @phpstan-import-type Judged from IndexKeeper
 */
final class IndexPlan
{
    /** Rows a server indexes in a second. */
    private const ROWS_BY_SECOND = 250_000;

    /** Indexes that help, most useful first: table, columns, rows from which on they do, bytes of an entry, why. */
    private const WANTED = [
        'idx_user_usage_large_data' => [
            'user_usage', ['t', 'user_id', 'node', 'u', 'd'], 100_000, 64,
            'questions about a period read its rows, from the index alone',
        ],
        // By itself servers walk it to group a day by user, which is slower; beside the first it helps.
        'idx_user_usage_user_time' => [
            'user_usage', ['user_id', 't'], 100_000, 24,
            'questions about one user, service or UUID read its rows alone',
        ],
        'idx_user_sid' => ['user', ['sid'], 1_000, 20, 'questions about a service find its user'],
        'idx_user_uuid' => ['user', ['uuid'], 1_000, 64, 'questions about a UUID find its user'],
    ];

    /** Indexes that the original module makes and that do not help, and why. */
    private const REDUNDANT = [
        'idx_user_usage_node_time' => 'questions about a node in a period read idx_user_usage_large_data as well',
        'idx_user_usage_time_traffic' => 'idx_user_usage_large_data serves the same questions',
        'idx_user_enable' => 'it has two values, so no question reads it',
        'idx_node_name' => 'the table is too small to need it',
        'idx_node_id_name' => 'the primary key serves the same questions',
        'idx_user_enable_transfer' => 'every question reads all users, or one by id',
    ];

    /**
     * @param list<Index> $indexes
     * @return list<string> tables that may need an index; the rows of others make no difference
     */
    public static function lacking(array $indexes): array
    {
        $lacks = array_filter(self::WANTED, static fn (array $wanted): bool => !self::anyServes($indexes, $wanted[0], $wanted[1]));
        return array_values(array_unique(array_column($lacks, 0)));
    }

    /**
     * @param list<Index> $indexes
     * @param array<string, int|null> $rows by table, of those that may need an index
     * @return Plan
     */
    public static function of(array $indexes, array $rows): array
    {
        $create = array_map(static fn (string $name): ?array => self::step($name, $indexes, $rows), array_keys(self::WANTED));
        $droppable = [];
        foreach ($indexes as $index) {
            $why = self::redundant($index);
            if ($why !== null) {
                $droppable[] = $index + ['why' => $why, 'sql' => IndexSql::drop($index)];
            }
        }
        return ['create' => array_values(array_filter($create)), 'droppable' => $droppable];
    }

    /**
     * @param list<Index> $indexes
     * @return list<Judged>
     */
    public static function judged(array $indexes): array
    {
        return array_map(static fn (array $index): array => $index + ['verdict' => match (true) {
            self::redundant($index) !== null => 'droppable',
            self::helps($index) => 'helps',
            default => 'of_others',
        }], $indexes);
    }

    /**
     * @param list<Index> $indexes
     * @param array<string, int|null> $rows
     * @return Step|null
     */
    private static function step(string $name, array $indexes, array $rows): ?array
    {
        [$table, $columns, $rowsMin, $entryBytes, $why] = self::WANTED[$name];
        $count = $rows[$table] ?? 0;
        if ($count < $rowsMin || self::anyServes($indexes, $table, $columns)) {
            return null;
        }
        $index = ['table' => $table, 'name' => self::free($name, $indexes), 'columns' => $columns];
        return $index + [
            'why' => $why,
            'rows' => $count,
            'estimated_bytes' => $count * $entryBytes,
            'estimated_seconds' => intdiv($count + self::ROWS_BY_SECOND - 1, self::ROWS_BY_SECOND),
            'sql' => IndexSql::create($index),
        ];
    }

    /**
     * Somebody may have given the name to other columns; theirs stays.
     *
     * @param list<Index> $indexes
     */
    private static function free(string $name, array $indexes): string
    {
        $taken = array_map(strtolower(...), array_column($indexes, 'name'));
        while (in_array(strtolower($name), $taken, true)) {
            $name .= '_te';
        }
        return $name;
    }

    /** @param Index $index */
    private static function helps(array $index): bool
    {
        foreach (self::WANTED as [$table, $columns]) {
            if (self::anyServes([$index], $table, $columns)) {
                return true;
            }
        }
        return false;
    }

    /**
     * True when one of them begins with these columns: who looks for an index of them may take it.
     *
     * @param list<Index> $indexes
     * @param list<string> $columns
     */
    private static function anyServes(array $indexes, string $table, array $columns): bool
    {
        foreach ($indexes as $index) {
            $first = array_map(strtolower(...), array_slice($index['columns'], 0, count($columns)));
            if ($index['table'] === $table && $first === $columns) {
                return true;
            }
        }
        return false;
    }

    /**
     * Why the original module's index is not needed; others' are none of our business.
     *
     * @param Index $index
     */
    private static function redundant(array $index): ?string
    {
        return self::REDUNDANT[strtolower($index['name'])] ?? null;
    }
}
