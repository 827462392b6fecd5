<?php

declare(strict_types=1);

namespace TrafficEngine\Bench;

/** What a process takes up. */
final class Usage
{
    /** Bytes that this process shares with no other, as the kernel counts them. */
    public static function privateBytes(): int
    {
        preg_match_all('/^Private_(?:Clean|Dirty):\s+(\d+) kB$/m', (string) file_get_contents('/proc/self/smaps_rollup'), $found);
        return array_sum($found[1]) * 1024;
    }
}
