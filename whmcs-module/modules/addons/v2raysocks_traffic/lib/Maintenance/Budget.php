<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** How long a run may take; what is left is done by the next one. */
final class Budget
{
    /** The cron of WHMCS has other work to do, and a page is waited for. */
    public const RUN_S = 20;

    /** @return \Closure(): bool true while there is time */
    public static function ofSeconds(int $seconds): \Closure
    {
        $end = hrtime(true) + $seconds * 1_000_000_000;
        return static fn (): bool => hrtime(true) < $end;
    }
}
