<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** How long sums are kept. */
final class Retention
{
    public const DAYS = 400;
    public const HOUR_DAYS = 90;

    /** @param int<1, max> $days of sums by day, today among them */
    public function __construct(public readonly int $days = self::DAYS, public readonly int $hourDays = self::HOUR_DAYS)
    {
    }

    public function firstDay(Calendar $calendar): string
    {
        return $calendar->dateAfter($calendar->today(), 1 - $this->days);
    }

    public function firstDayOfHours(Calendar $calendar): string
    {
        return $calendar->dateAfter($calendar->today(), 1 - min($this->days, $this->hourDays));
    }
}
