<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Plans, makes and drops indexes of the V2RaySocks tables.
 *
 * @phpstan-type Index array{table: string, name: string, columns: list<string>}
 * @phpstan-type Step array{table: string, name: string, columns: list<string>, why: string, rows: int,
 *     estimated_bytes: int, estimated_seconds: int, sql: string}
 * @phpstan-type Droppable array{table: string, name: string, columns: list<string>, why: string, sql: string}
 * @phpstan-type Plan array{create: list<Step>, droppable: list<Droppable>}
 * @phpstan-type Judged array{table: string, name: string, columns: list<string>, verdict: string}
 * @phpstan-type Measured array{question: string, before_ms: float, after_ms: float}
 * @phpstan-type Report array{created: list<Index>, measured: list<Measured>}
 */
interface IndexKeeper
{
    /** @return Plan what is missing and helps, and what of the original module may go */
    public function plan(): array;

    /** @return list<Judged> what there is; a verdict is helps, droppable or of_others */
    public function status(): array;

    /** @return Report what was made, and how long questions take before and after */
    public function apply(): array;

    /**
     * Drops indexes that help or may go, no others: where a name is none of those nothing is dropped.
     *
     * @param list<string> $names
     * @return list<Index>
     */
    public function drop(array $names): array;
}
