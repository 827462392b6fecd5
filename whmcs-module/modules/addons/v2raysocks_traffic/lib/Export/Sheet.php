<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Export;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What an export holds, whatever its format. */
interface Sheet
{
    /** Name of the file without time and ending; only letters, digits, `_` and `-` of it are kept. */
    public function stem(): string;

    /** @return list<string> */
    public function titles(): array;

    /** @return iterable<array<string, mixed>> rows of the report */
    public function rows(): iterable;

    /**
     * @param array<string, mixed> $row
     * @return list<mixed> cells in the order of the titles
     */
    public function cells(array $row, int $rank): array;

    /**
     * @param array<string, mixed> $row
     * @return array<string, mixed> the same for JSON
     */
    public function record(array $row): array;

    /** @return array<string, mixed> what is said before the rows of JSON */
    public function info(int $count): array;

    /** What to answer instead of a file without rows, or null for such a file. */
    public function emptyNotice(): ?string;
}
