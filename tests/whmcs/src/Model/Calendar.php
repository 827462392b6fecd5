<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

use DateTimeImmutable;
use DateTimeZone;

/** A moment in a zone. */
final class Calendar
{
    private readonly DateTimeZone $zone;

    public function __construct(public readonly string $zoneName, public readonly int $now)
    {
        $this->zone = new DateTimeZone($zoneName);
    }

    public function format(int $t, string $format = 'Y-m-d H:i:s'): string
    {
        return $this->at($t)->format($format);
    }

    public function date(int $t): string
    {
        return $this->format($t, 'Y-m-d');
    }

    public function startOf(string $date): int
    {
        return (new DateTimeImmutable("$date 00:00:00", $this->zone))->getTimestamp();
    }

    /** The last second before the next day begins. */
    public function endOf(string $date): int
    {
        return $this->startOf((new DateTimeImmutable("$date 12:00:00 +1 day"))->format('Y-m-d')) - 1;
    }

    public function todayStart(): int
    {
        return $this->startOf($this->date($this->now));
    }

    public function todayEnd(): int
    {
        return $this->endOf($this->date($this->now));
    }

    public function daysAgoStart(int $days): int
    {
        return $this->startOf((new DateTimeImmutable($this->date($this->now) . " 12:00:00 -$days days"))->format('Y-m-d'));
    }

    public function monthStart(): int
    {
        return $this->startOf($this->format($this->now, 'Y-m-01'));
    }

    public function hourOfDay(int $t): int
    {
        return (int) $this->format($t, 'G');
    }

    /** The instant at which the wall clock began to show its hour, without a change of clocks in between. */
    public function hourStart(int $t): int
    {
        $fullHour = $t - (int) $this->format($t, 'i') * 60 - (int) $this->format($t, 's');
        // PHP leaves out a change at the very end of what is looked at.
        foreach ($this->zone->getTransitions($fullHour + 1, $t + 1) as $at => $transition) {
            // The first entry tells the offset at the beginning, not a change.
            if ($at > 0 && $transition['ts'] <= $t) {
                return $transition['ts'];
            }
        }
        return $fullHour;
    }

    private function at(int $t): DateTimeImmutable
    {
        return (new DateTimeImmutable("@$t"))->setTimezone($this->zone);
    }
}
