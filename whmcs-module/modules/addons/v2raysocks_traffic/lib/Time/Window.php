<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Time;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Seconds from a first to a last one, both inclusive; null where there is no bound. */
final class Window
{
    public function __construct(public readonly ?int $start, public readonly ?int $end)
    {
    }

    /** The seconds that lie in both. */
    public function intersect(self $other): self
    {
        $starts = array_filter([$this->start, $other->start], 'is_int');
        $ends = array_filter([$this->end, $other->end], 'is_int');
        return new self($starts === [] ? null : max($starts), $ends === [] ? null : min($ends));
    }

    /** Seconds between its ends, null when it has not both. */
    public function span(): ?int
    {
        return $this->start === null || $this->end === null ? null : $this->end - $this->start;
    }
}
