<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Time;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Days and hours in one zone at one moment. All wall-clock time is computed here: days begin at local
 * midnight and end where the next one begins, hours begin on the local full hour.
 */
final class Calendar
{
    public const HOUR_S = 3600;
    public const DAY_S = 86400;

    private const DATE_CHARS = 10;
    /** Reach of one look at the zone's changes, which covers the rows of most questions. */
    private const LOOK_S = 400 * self::DAY_S;

    /** 2000-01-01, before which no panel counted. */
    private const FIRST_T = 946684800;

    private const AHEAD_S = 730 * self::DAY_S;

    private readonly \DateTimeZone $zone;
    private readonly \DateTimeImmutable $now;
    private int $spanStart = 0;
    private int $spanEnd = 0;
    private int $offset = 0;

    public function __construct(?int $now = null, ?\DateTimeZone $zone = null)
    {
        $this->zone = $zone ?? new \DateTimeZone(date_default_timezone_get());
        $this->now = (new \DateTimeImmutable('@' . ($now ?? time())))->setTimezone($this->zone);
    }

    public function now(): int
    {
        return $this->now->getTimestamp();
    }

    public function zoneName(): string
    {
        return $this->zone->getName();
    }

    /** Today's date, `Y-m-d`. */
    public function today(): string
    {
        return $this->now->format('Y-m-d');
    }

    public function todayStart(): int
    {
        return $this->startOf($this->today());
    }

    public function tomorrowStart(): int
    {
        return $this->endOf($this->today()) + 1;
    }

    /** First second of the day so many calendar days before today. */
    public function daysAgoStart(int $days): int
    {
        return $this->startOf($this->shifted($this->today(), -$days));
    }

    /** First second of the last day before today that there was: zones that change sides of the date line skip one. */
    public function yesterdayStart(): int
    {
        $start = $this->daysAgoStart(1);
        return $start < $this->todayStart() ? $start : $this->daysAgoStart(2);
    }

    public function monthStart(): int
    {
        return $this->startOf($this->now->format('Y-m-01'));
    }

    /** First second of a date; where midnight is skipped, the first second after the gap. */
    public function startOf(string $date): int
    {
        // With a sign, years of more than four digits are read as well: the day after 9999-12-31 ends that day.
        return (new \DateTimeImmutable(strlen($date) > self::DATE_CHARS ? "+$date 00:00:00" : "$date 00:00:00", $this->zone))->getTimestamp();
    }

    /** Last second of a date: the one before the next day begins. */
    public function endOf(string $date): int
    {
        return $this->startOf($this->shifted($date, 1)) - 1;
    }

    public function hourNow(): int
    {
        return (int) $this->now->format('G');
    }

    /** Local date of a second, `Y-m-d`. */
    public function date(int $t): string
    {
        return gmdate('Y-m-d', $t + $this->offsetAt($t));
    }

    public function hourOfDay(int $t): int
    {
        return (int) gmdate('G', $t + $this->offsetAt($t));
    }

    /** The instant at which the local full hour around a second began; a repeated hour has two. */
    public function hourStart(int $t): int
    {
        $wall = $t + $this->offsetAt($t);
        // A change of less than an hour (Lord Howe) cuts the hour where it happens.
        return max($t - ($wall % self::HOUR_S + self::HOUR_S) % self::HOUR_S, $this->spanStart);
    }

    /** A second in local time, in a format of gmdate(). */
    public function format(int $t, string $format = 'Y-m-d H:i:s'): string
    {
        return gmdate($format, $t + $this->offsetAt($t));
    }

    /** True when a zone, under whatever name, has the days of ours. */
    public function hasDaysOf(string $zone): bool
    {
        if ($zone === $this->zoneName()) {
            return true;
        }
        try {
            return (new self($this->now(), new \DateTimeZone($zone)))->offsets() === $this->offsets();
        } catch (\Exception) {
            return false; // A zone that this PHP does not know.
        }
    }

    /** The date so many days later. */
    public function dateAfter(string $date, int $days): string
    {
        return $this->shifted($date, $days);
    }

    /** @return array<int, int> the zone's offset by the first second it holds from, latest first, until two years from now */
    public function offsets(): array
    {
        $end = max($this->now(), self::FIRST_T) + self::AHEAD_S;
        $changes = $this->zone->getTransitions(self::FIRST_T, $end) ?: [['ts' => self::FIRST_T, 'offset' => $this->now->getOffset()]];
        return array_reverse(array_column($changes, 'offset', 'ts'), true);
    }

    private function shifted(string $date, int $days): string
    {
        // In UTC, where no day is longer or shorter than another.
        return gmdate('Y-m-d', (int) strtotime("$date 00:00:00 UTC") + $days * self::DAY_S);
    }

    private function offsetAt(int $t): int
    {
        if ($t < $this->spanStart || $t >= $this->spanEnd) {
            $this->look($t);
        }
        return $this->offset;
    }

    /** Finds the stretch of constant offset around a second, as far as the look reaches. */
    private function look(int $t): void
    {
        $changes = $this->zone->getTransitions($t - self::LOOK_S, $t + self::LOOK_S) ?: [];
        [$this->spanStart, $this->spanEnd] = [$t - self::LOOK_S, $t + self::LOOK_S];
        $this->offset = $this->zone->getOffset(new \DateTimeImmutable("@$t"));
        foreach ($changes as $change) {
            if ($change['ts'] > $t) {
                $this->spanEnd = $change['ts'];
                return;
            }
            $this->spanStart = $change['ts'];
            $this->offset = $change['offset'];
        }
    }
}
