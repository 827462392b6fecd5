<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

use V2RaySocksTraffic\Sql\TrafficGroups;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Traffic rows that are counted and grouped while they pass. */
final class TrafficRows
{
    private int $count = 0;
    private readonly TrafficGroups $groups;

    /** @param iterable<array<string, mixed>> $rows */
    public function __construct(private readonly iterable $rows)
    {
        $this->groups = new TrafficGroups(new Calendar());
    }

    /** @return \Generator<int, array<string, mixed>> */
    public function each(): \Generator
    {
        foreach ($this->rows as $row) {
            $this->count++;
            $this->groups->add($row['t'], $row['u'], $row['d']);
            yield $row;
        }
    }

    /** Rows that have passed. */
    public function count(): int
    {
        return $this->count;
    }

    /** @return array<string, array<string, mixed>> */
    public function groups(string $timeRange): array
    {
        return $this->groups->finish($timeRange);
    }
}
