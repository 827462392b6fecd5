<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Answers every question about usage. Rows have the keys, key order and PHP types of the module's functions.
 * All methods throw BadRequest for questions that make no sense and Unavailable where there is no answer now.
 */
interface Backend
{
    /** @return iterable<array<string, mixed>> users by usage */
    public function rankUsers(Request $request): iterable;

    /** @return iterable<string> the same list as JSON text, in pieces */
    public function rankUsersJson(Request $request): iterable;

    /** @return list<array<string, mixed>> nodes by usage */
    public function rankNodes(Request $request): array;

    /** @return list<array<string, mixed>> usage by user, node, time or hourly */
    public function aggregate(Request $request): array;

    /** @return array<string, mixed> */
    public function userChart(Request $request): array;

    /** @return array<string, mixed> */
    public function nodeChart(Request $request): array;

    /** @return array<string, mixed> */
    public function live(): array;

    /** @return array<string, mixed> */
    public function today(): array;

    /** @return array<string, mixed> */
    public function total(): array;

    /** @return array<string, mixed> */
    public function peak(): array;

    /** @return list<array<string, mixed>> nodes with their usage over all of history */
    public function nodes(): array;

    /** @return list<array<string, mixed>> all columns of all nodes */
    public function nodeTable(): array;

    /** @return array<string, mixed>|null */
    public function userDetails(int $userId): ?array;

    /** @return array<string, mixed>|null */
    public function nodeDetails(int $nodeId): ?array;

    /** @return iterable<array<string, mixed>> usage records, newest first */
    public function usageRecords(Request $request): iterable;

    /** @return iterable<array<string, mixed>> raw traffic rows, newest first */
    public function traffic(Request $request): iterable;

    /** @return array<string, array<string, mixed>> traffic rows summed by hour or day */
    public function groupedTraffic(Request $request): array;

    /** @return list<array<string, mixed>> traffic by local day and service, newest first */
    public function dayTraffic(Request $request): array;
}
