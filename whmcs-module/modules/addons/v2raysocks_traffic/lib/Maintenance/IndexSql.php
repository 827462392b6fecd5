<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Statements about indexes, as the extension writes them.
 *
 * @phpstan-import-type Index from IndexKeeper
 */
final class IndexSql
{
    /**
     * Others go on reading and writing; a server that cannot do that refuses. Without IF NOT EXISTS, which MySQL
     * lacks, and by CREATE INDEX, which asks for the privilege INDEX alone.
     *
     * @param Index $index
     */
    public static function create(array $index): string
    {
        $columns = implode(', ', array_map(self::quoted(...), $index['columns']));
        return 'CREATE INDEX ' . self::quoted($index['name']) . " ON `$index[table]` ($columns) ALGORITHM=INPLACE LOCK=NONE";
    }

    /**
     * Servers do it beside others unasked, and MariaDB takes no word about it.
     *
     * @param Index $index
     */
    public static function drop(array $index): string
    {
        return 'DROP INDEX ' . self::quoted($index['name']) . " ON `$index[table]`";
    }

    private static function quoted(string $name): string
    {
        return '`' . str_replace('`', '``', $name) . '`';
    }
}
