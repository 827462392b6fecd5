<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Backend\Backend;
use V2RaySocksTraffic\RequestParser;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** How long the questions people ask most take the database. */
final class IndexTimings
{
    /**
     * A question is asked so often for one figure, unless it takes long. The fastest counts: whatever else a server is
     * busy with, writing out a new index among it, only adds.
     */
    private const ROUNDS = 3;

    private const LONG_MS = 2_000.0;

    public function __construct(private readonly Backend $backend)
    {
    }

    /** @return array<string, float> milliseconds by question */
    public function measure(): array
    {
        $users = fn (string $range): iterable => $this->backend->rankUsers(RequestParser::userRanking(null, $range, 100));
        $of = $this->subject();
        $month = fn (string $filter, string $name): \Closure => fn (): iterable => isset($of[$name])
            ? $this->backend->traffic(RequestParser::traffic(['time_range' => 'month', $filter => $of[$name]]))
            : [];
        return array_map(self::fastest(...), [
            "today's top 100 users" => static fn (): iterable => $users('today'),
            "the month's top 100 users" => static fn (): iterable => $users('month'),
            "the month's nodes" => fn (): array => $this->backend->rankNodes(RequestParser::userRanking(null, 'month')),
            'the live figures' => fn (): array => $this->backend->live(),
            "one user's month" => $month('user_id', 'user_id'),
            "one service's month" => $month('service_id', 'sid'),
            "one UUID's month" => $month('uuid', 'uuid'),
        ]);
    }

    /** @return array<string, mixed> whom questions about one user are asked about: the one with the most traffic of the month */
    private function subject(): array
    {
        foreach ($this->backend->rankUsers(RequestParser::userRanking(null, 'month', 1)) as $user) {
            return $user;
        }
        return [];
    }

    /** @param \Closure(): iterable<mixed> $ask */
    private static function fastest(\Closure $ask): float
    {
        $fastest = INF;
        for ($round = 0; $round < self::ROUNDS; $round++) {
            $begun = hrtime(true);
            foreach ($ask() as $row) {
                unset($row);
            }
            $fastest = min($fastest, (hrtime(true) - $begun) / 1e6);
            if ($fastest > self::LONG_MS) {
                break;
            }
        }
        return $fastest;
    }
}
