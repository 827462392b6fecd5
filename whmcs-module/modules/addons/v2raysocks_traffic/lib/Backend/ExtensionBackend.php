<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use TrafficEngine\Engine;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\Time\Meaning;
use V2RaySocksTraffic\Time\Reader;

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
        $period = EnginePeriod::options($request->range, Reader::Aggregation);
        return $this->engine->aggregate($period + ['group_by' => $request->groupBy]);
    }

    public function userChart(Request $request): array
    {
        $chart = $this->engine->userChart(EnginePeriod::ofUserChart($request) + ['user_id' => $request->userId]);
        return self::asAsked($chart, $request);
    }

    public function nodeChart(Request $request): array
    {
        $chart = $this->engine->nodeChart(EnginePeriod::ofNodeChart($request) + ['node_id' => (int) $request->nodeId]);
        return self::asAsked($chart, $request);
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
        $options = self::trafficOptions($request);
        if (isset($options['start_date']) && $request->range->word->meaning === Meaning::Custom) {
            return $this->engine->groupedTraffic($options);
        }
        $isByHour = in_array($request->range->word->meaning, [Meaning::Today, Meaning::TimeRange], true);
        $groups = $this->engine->groupedTraffic($options + ['grain' => $isByHour ? 'hour' : 'day']);
        // A custom range whose rows lie on one day is cut by hour, and only the rows tell.
        return $request->range->word->meaning === Meaning::Custom && count($groups) === 1
            ? $this->engine->groupedTraffic($options + ['grain' => 'hour'])
            : $groups;
    }

    public function dayTraffic(Request $request): array
    {
        $given = self::given(['service_id' => $request->serviceId, 'uuid' => $request->uuid]);
        return $this->engine->dayTraffic(EnginePeriod::options($request->range, Reader::Traffic) + $given);
    }

    /** @return array<string, mixed> */
    private static function options(Request $request): array
    {
        return self::ranked($request) + ['sort_by' => $request->sortBy, 'limit' => $request->limit ?? 'all'];
    }

    /** @return array<string, mixed> */
    private static function recordOptions(Request $request): array
    {
        return self::ranked($request) + ['limit' => $request->limit ?? 'all']
            + self::given(['user_id' => $request->userId, 'node_id' => $request->nodeId, 'uuid' => $request->uuid]);
    }

    /** @return array<string, mixed> */
    private static function trafficOptions(Request $request): array
    {
        return EnginePeriod::options($request->range, Reader::Traffic) + self::given([
            'user_id' => $request->userId,
            'service_id' => $request->serviceId,
            'node_id' => $request->nodeId,
            'uuid' => $request->uuid,
            'enhanced' => $request->enhanced ?: null,
            'exclude_day_traffic' => $request->excludeDayTraffic ?: null,
        ]);
    }

    /** @return array<string, mixed> */
    private static function ranked(Request $request): array
    {
        return EnginePeriod::options($request->range, Reader::Ranking);
    }

    /**
     * @param array<string, mixed> $chart
     * @return array<string, mixed> the chart with the word that was asked for, whatever the engine was asked
     */
    private static function asAsked(array $chart, Request $request): array
    {
        return array_replace($chart, ['time_range' => $request->range->word->text]);
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
