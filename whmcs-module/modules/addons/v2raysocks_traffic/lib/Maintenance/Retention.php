<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Settings;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** How long sums are kept. */
final class Retention
{
    public const DAYS = 400;
    public const HOUR_DAYS = 90;

    /** @param int $days before today, of sums by day */
    public function __construct(public readonly int $days = self::DAYS, public readonly int $hourDays = self::HOUR_DAYS)
    {
    }

    public static function ofSettings(Settings $settings): self
    {
        $days = static fn (string $name): int => max(1, (int) $settings->filled($name));
        return new self($days('rollup_days'), $days('rollup_hourly_days'));
    }

    public function firstDay(Calendar $calendar): string
    {
        return $calendar->dateAfter($calendar->today(), -$this->days);
    }

    public function firstDayOfHours(Calendar $calendar): string
    {
        return $calendar->dateAfter($calendar->today(), -min($this->days, $this->hourDays));
    }
}
