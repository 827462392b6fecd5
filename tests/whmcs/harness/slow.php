<?php

declare(strict_types=1);

// Has a request used up most of its time, which is that of the processor, before it begins.
(static function (): void {
    $used = static fn (): float => getrusage()['ru_utime.tv_sec'] + getrusage()['ru_utime.tv_usec'] / 1e6
        + getrusage()['ru_stime.tv_sec'] + getrusage()['ru_stime.tv_usec'] / 1e6;
    $until = $used() + 0.8;
    while ($used() < $until) {
        continue;
    }
})();
