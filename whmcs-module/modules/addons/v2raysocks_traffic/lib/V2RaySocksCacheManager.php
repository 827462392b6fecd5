<?php

declare(strict_types=1);

use V2RaySocksTraffic\Json;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Optimization;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** A cache of two layers: this object, then Redis. */
class V2RaySocksCacheManager
{
    private const ENTRIES_MAX = 1000;
    private const ENTRIES_KEPT = 500;
    private const SHORT_S = 30;

    private const TTL_OF_TYPE_S = [
        'rankings' => 300, 'live_stats' => 30, 'aggregated' => 600, 'configuration' => 3600, 'large_dataset' => 900,
    ];
    private const TTL_OF_RANGE_S = ['today' => 120, 'week' => 600, 'month' => 600, 'historical' => 1800];
    private const TTL_S = 120;

    /**
     * The patterns of version 1, and behind them those of names that hold the same figures; the engine
     * has the same (engine/src/cache/trigger.rs), and a test holds both against each other.
     */
    private const TRIGGERS = [
        'user_update' => ['user_*', '*_rankings_*', 'enhanced_traffic_*', 'aggregate_*'],
        'node_update' => ['node_*', '*_rankings_*', '*_nodes_*', 'aggregate_*'],
        'traffic_update' => [
            'traffic_*', 'live_stats*', '*_rankings_*', '*_traffic_*', '*_chart_*', '*_details:*', '*_nodes_*',
            'usage_records_*', 'historical_peak_*', 'aggregate_*',
        ],
        'large_dataset_complete' => ['*_rankings_*', 'enhanced_traffic_*'],
        'database_optimize' => ['*'],
    ];

    /** @var array<string, array{mixed, int}> values and when they end, least recently used first */
    private array $entries = [];

    /** @var array{hits: int, misses: int, sets: int, invalidations: int} */
    private array $counts = ['hits' => 0, 'misses' => 0, 'sets' => 0, 'invalidations' => 0];

    public function __construct()
    {
    }

    /**
     * @param string $key
     * @param array<string, mixed> $options
     * @return mixed null when nothing is kept
     */
    public function get($key, $options = [])
    {
        [$value, $until] = $this->entries[$key] ?? [null, 0];
        if ($until <= time()) {
            // What is found is looked for again soon: it may end there before.
            [$value, $until] = [$this->fromRedis((string) $key), time() + self::SHORT_S];
        }
        if ($value === null) {
            $this->counts['misses']++;
            return null;
        }
        $this->counts['hits']++;
        $this->put((string) $key, $value, $until);
        return $value;
    }

    /**
     * @param string $key
     * @param mixed $value
     * @param array<string, mixed> $options ttl, data_type, time_range
     * @return bool
     */
    public function set($key, $value, $options = [])
    {
        $this->put((string) $key, $value, time() + self::ttl($options));
        $this->counts['sets']++;
        Module::get()->cache()->set((string) $key, Json::typed($value), self::ttl($options));
        return true;
    }

    /**
     * @param string $pattern
     * @param string $reason
     * @return bool
     */
    public function invalidate($pattern, $reason = 'manual')
    {
        $this->entries = array_filter(
            $this->entries,
            static fn (string $key): bool => !fnmatch((string) $pattern, $key),
            ARRAY_FILTER_USE_KEY,
        );
        Module::get()->cache()->clear((string) $pattern);
        $this->counts['invalidations']++;
        return true;
    }

    /**
     * @param string $trigger
     * @param array<string, mixed> $context
     */
    public function autoInvalidate($trigger, $context = []): void
    {
        foreach (self::TRIGGERS[$trigger] ?? [] as $pattern) {
            $this->invalidate($pattern, (string) $trigger);
        }
    }

    /** @return array<string, mixed> figures of this object, and the last decision of the auto-detection once there was one */
    public function getStats()
    {
        $lookups = $this->counts['hits'] + $this->counts['misses'];
        $decision = Optimization::last(Module::get()->settings);
        return $this->counts + ($decision === null ? [] : ['optimization' => $decision]) + [
            'hit_rate' => $lookups === 0 ? 0.0 : round($this->counts['hits'] / $lookups * 100, 2),
            'memory_cache_size' => count($this->entries),
        ];
    }

    private function fromRedis(string $key): mixed
    {
        return json_decode(Module::get()->cache()->get($key) ?? '', true);
    }

    private function put(string $key, mixed $value, int $until): void
    {
        // Taken out first, so that it moves to the end as the one used last.
        unset($this->entries[$key]);
        $this->entries[$key] = [$value, $until];
        if (count($this->entries) > self::ENTRIES_MAX) {
            $this->entries = array_slice($this->entries, -self::ENTRIES_KEPT, null, true);
        }
    }

    /** @param array<string, mixed> $options */
    private static function ttl(array $options): int
    {
        if ((int) ($options['ttl'] ?? 0) > 0) {
            return (int) $options['ttl'];
        }
        return isset($options['data_type'])
            ? self::TTL_OF_TYPE_S[$options['data_type']] ?? self::TTL_S
            : self::TTL_OF_RANGE_S[$options['time_range'] ?? ''] ?? self::TTL_S;
    }
}
