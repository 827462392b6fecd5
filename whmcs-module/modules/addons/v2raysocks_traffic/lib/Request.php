<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Time\RangeRequest;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** A question: a range, and what narrows, orders or cuts the answer. Null means not asked for. */
final class Request
{
    public function __construct(
        public readonly RangeRequest $range,
        public readonly string $sortBy = 'traffic_desc',
        public readonly ?int $limit = null,
        public readonly ?int $userId = null,
        public readonly ?int $serviceId = null,
        /** Id, name or text of a node. */
        public readonly ?string $nodeId = null,
        public readonly ?string $uuid = null,
        public readonly bool $enhanced = false,
        public readonly bool $excludeDayTraffic = false,
        public readonly string $groupBy = 'user',
    ) {
    }
}
