<?php

declare(strict_types=1);

namespace TrafficEngine\Bench;

/** What a process takes up. */
final class Usage
{
    /**
     * Bytes that are this process's alone: those it has written. Pages that only mirror a file, such as the code of
     * extensions and the files of a folder that it has mapped, are the system's cache, whoever maps them.
     */
    public static function privateBytes(string $mappedFolder): int
    {
        $bytes = 0;
        $isMapped = false;
        foreach ((array) file('/proc/self/smaps') as $line) {
            if (preg_match('/^[0-9a-f]+-[0-9a-f]+ (.*)$/', (string) $line, $found) === 1) {
                $isMapped = $mappedFolder !== '' && str_contains($found[1], $mappedFolder);
            } elseif (!$isMapped && preg_match('/^Private_Dirty:\s+(\d+) kB$/', (string) $line, $found) === 1) {
                $bytes += 1024 * (int) $found[1];
            }
        }
        return $bytes;
    }
}
