<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use TrafficEngine\Engine;
use V2RaySocksTraffic\Request;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Answers from the PHP extension traffic_engine. */
final class ExtensionBackend implements Backend
{
    /** Ids of more digits do not fit an integer. */
    public const ID_DIGITS_MAX = 18;

    public function __construct(private readonly Engine $engine)
    {
    }

    public function rankUsers(Request $request): iterable
    {
        return $this->engine->rankUsers(self::options($request));
    }

    public function rankUsersJson(Request $request): iterable
    {
        return new MadePieces($this->engine->jsonPieces('rank_users', self::options($request)));
    }

    public function rankNodes(Request $request): array
    {
        return $this->engine->rankNodes(self::options($request));
    }

    public function aggregate(Request $request): array
    {
        $options = self::range($request) + ['group_by' => $request->groupBy];
        return $this->engine->aggregate($options);
    }

    public function userChart(Request $request): array
    {
        return $this->engine->userChart(self::range($request) + ['user_id' => $request->userId]);
    }

    public function nodeChart(Request $request): array
    {
        return $this->engine->nodeChart(self::range($request) + ['node_id' => (int) $request->nodeId]);
    }

    public function live(): array
    {
        return $this->engine->live();
    }

    public function today(): array
    {
        return $this->engine->today();
    }

    public function total(): array
    {
        return $this->engine->total();
    }

    public function peak(): array
    {
        return $this->engine->peak();
    }

    public function nodes(): array
    {
        return $this->engine->nodes();
    }

    public function nodeTable(): array
    {
        // Rows are arrays for both backends, whatever they came as.
        return array_map(static fn (mixed $node): array => (array) $node, $this->engine->nodeTable());
    }

    public function userDetails(int $userId): ?array
    {
        return $this->engine->userDetails(['user_id' => $userId]);
    }

    public function nodeDetails(int $nodeId): ?array
    {
        return $this->engine->nodeDetails(['node_id' => $nodeId]);
    }

    public function usageRecords(Request $request): iterable
    {
        return $this->engine->usageRecords(self::recordOptions($request));
    }

    public function traffic(Request $request): iterable
    {
        return $this->engine->traffic(self::trafficOptions($request));
    }

    public function groupedTraffic(Request $request): array
    {
        return $this->engine->groupedTraffic(self::trafficOptions($request));
    }

    public function dayTraffic(Request $request): array
    {
        $given = self::given(['service_id' => $request->serviceId, 'uuid' => $request->uuid]);
        return $this->engine->dayTraffic(self::range($request) + $given);
    }

    /** @return array<string, mixed> */
    private static function options(Request $request): array
    {
        return self::range($request) + ['sort_by' => $request->sortBy, 'limit' => $request->limit ?? 'all'];
    }

    /** @return array<string, mixed> */
    private static function recordOptions(Request $request): array
    {
        return self::range($request) + ['limit' => $request->limit ?? 'all']
            + self::given(['user_id' => $request->userId, 'node_id' => $request->nodeId, 'uuid' => $request->uuid]);
    }

    /** @return array<string, mixed> */
    private static function trafficOptions(Request $request): array
    {
        return self::range($request) + self::given([
            'user_id' => $request->userId,
            'service_id' => $request->serviceId,
            'node_id' => $request->nodeId,
            'uuid' => $request->uuid,
            'enhanced' => $request->enhanced ?: null,
            'exclude_day_traffic' => $request->excludeDayTraffic ?: null,
        ]);
    }

    /** @return array<string, mixed> */
    private static function range(Request $request): array
    {
        return self::given([
            'time_range' => $request->range->word->text,
            'start_date' => $request->range->startDate,
            'end_date' => $request->range->endDate,
            'start_timestamp' => $request->range->from,
            'end_timestamp' => $request->range->to,
        ]);
    }

    /**
     * @param array<string, mixed> $options
     * @return array<string, mixed> those that are not null
     */
    private static function given(array $options): array
    {
        return array_filter($options, static fn (mixed $value): bool => $value !== null);
    }
}
