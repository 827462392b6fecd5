<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The lines of the activity log about a run over large data. */
final class LargeRun
{
    private const EVERY = 10_000;

    private int $processed = 0;

    /** @param int $all users there are; nothing is logged of runs over fewer than $large */
    public function __construct(private readonly int $all, private readonly int $large)
    {
        $this->say("Large data processing started for $all users");
    }

    public function processed(int $users): void
    {
        $before = intdiv($this->processed, self::EVERY);
        $this->processed += $users;
        for ($step = $before + 1; $step <= intdiv($this->processed, self::EVERY); $step++) {
            $this->say('Processed ' . $step * self::EVERY . "/$this->all users");
        }
    }

    public function completed(int $returned): void
    {
        $this->say("Large data processing completed. Processed $this->processed users, returned $returned results");
    }

    private function say(string $text): void
    {
        if ($this->all > $this->large) {
            Log::monitor($text);
        }
    }
}
