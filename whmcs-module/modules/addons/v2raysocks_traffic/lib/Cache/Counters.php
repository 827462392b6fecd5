<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Cache;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** How well the cache does over all requests: counted here, added up in Redis at the end of the request. */
final class Counters
{
    private const KEY = 'stats';

    /** @var array<string, int> */
    private array $pending = [];

    public function __construct(private readonly Cache $cache)
    {
    }

    public function count(string $name): void
    {
        if ($this->pending === []) {
            register_shutdown_function($this->flush(...));
        }
        $this->pending[$name] = ($this->pending[$name] ?? 0) + 1;
    }

    /** @return array<string, int> hits, misses, sets, errors */
    public function totals(): array
    {
        $this->flush();
        $kept = $this->cache->run(fn (\Redis $redis): mixed => $redis->hGetAll($this->cache->beside(self::KEY)));
        $of = static fn (string $name): int => is_array($kept) ? (int) ($kept[$name] ?? 0) : 0;
        return [
            // Processes with the extension answer from their memory, too.
            'hits' => $of('memory_hits') + $of('redis_hits'),
            'misses' => $of('misses'),
            'sets' => $of('sets'),
            'errors' => $of('errors'),
        ];
    }

    private function flush(): void
    {
        $pending = $this->pending;
        $this->pending = [];
        if ($pending === []) {
            return;
        }
        $this->cache->run(function (\Redis $redis) use ($pending): mixed {
            foreach ($pending as $name => $count) {
                $redis->hIncrBy($this->cache->beside(self::KEY), $name, $count);
            }
            return $redis->expire($this->cache->beside(self::KEY), Cache::KEPT_S);
        });
    }
}
