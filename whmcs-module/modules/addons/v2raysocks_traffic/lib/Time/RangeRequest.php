<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Time;

use V2RaySocksTraffic\BadRequest;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** A time range as asked for: a word, and the bounds that came with it. */
final class RangeRequest
{
    public function __construct(
        public readonly RangeWord $word,
        public readonly ?int $from = null,
        public readonly ?int $to = null,
        /** `Y-m-d`, checked. */
        public readonly ?string $startDate = null,
        public readonly ?string $endDate = null,
    ) {
    }

    public static function named(string $word): self
    {
        return new self(RangeWord::of($word));
    }

    /** True when first and last second are both given and so replace the word. */
    public function hasTimestamps(): bool
    {
        return $this->from !== null && $this->to !== null;
    }

    /** @throws BadRequest when the range starts after its end */
    public function resolve(Calendar $calendar, Reader $reader): Window
    {
        $window = $reader === Reader::Traffic ? $this->narrowed($calendar) : $this->chosen($calendar, $reader);
        if ($window->start !== null && $window->end !== null && $window->start > $window->end) {
            $start = $calendar->format($window->start);
            $end = $calendar->format($window->end);
            throw new BadRequest("the time range starts at $start, after its end at $end; swap or correct the two");
        }
        return $window;
    }

    /** Timestamps, else the dates of `custom`, else the word. */
    private function chosen(Calendar $calendar, Reader $reader): Window
    {
        if ($this->hasTimestamps()) {
            return new Window($this->from, $this->to);
        }
        $meaning = $this->word->meaning;
        if ($meaning === Meaning::Custom && $this->startDate !== null && $this->endDate !== null) {
            return new Window($calendar->startOf($this->startDate), $calendar->endOf($this->endDate));
        }
        if ($meaning === Meaning::Custom || $meaning === Meaning::TimeRange) {
            $meaning = Meaning::Today;
        }
        return $this->wordWindow($meaning, $calendar, $reader);
    }

    /** The word (unless both timestamps replace it) and every bound that is given. */
    private function narrowed(Calendar $calendar): Window
    {
        $word = $this->hasTimestamps()
            ? new Window(null, null)
            : $this->wordWindow($this->word->meaning, $calendar, Reader::Traffic);
        $dates = new Window(
            $this->startDate === null ? null : $calendar->startOf($this->startDate),
            $this->endDate === null ? null : $calendar->endOf($this->endDate),
        );
        return $word->intersect($dates)->intersect(new Window($this->from, $this->to));
    }

    private function wordWindow(Meaning $meaning, Calendar $calendar, Reader $reader): Window
    {
        $now = $calendar->now();
        $dayEnd = $calendar->tomorrowStart() - 1;
        $todayEnd = $reader === Reader::Aggregation ? $now : $dayEnd;
        $daysEnd = $reader === Reader::Ranking ? $dayEnd : $now;
        [$start, $end] = match ($meaning) {
            Meaning::Today => [$calendar->todayStart(), $todayEnd],
            Meaning::Yesterday => [$calendar->yesterdayStart(), $calendar->todayStart() - 1],
            Meaning::Days => [$calendar->daysAgoStart($this->word->length - 1), $daysEnd],
            Meaning::CurrentMonth => [$calendar->monthStart(), $daysEnd],
            Meaning::Last => [$now - $this->word->length, $now],
            Meaning::All => [$reader === Reader::Traffic ? null : 0, $now],
            // Without bounds of their own these two do not limit raw rows.
            Meaning::Custom, Meaning::TimeRange => [null, null],
        };
        $open = $reader === Reader::Traffic && $meaning !== Meaning::Yesterday;
        return new Window($start, $open ? null : $end);
    }
}
