<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Cache;

use TrafficEngine\Cache as Kept;
use V2RaySocksTraffic\Settings;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The cache of the extension: memory of the process before the same Redis, and 5 ms at most when that is away. */
final class EngineCache
{
    private function __construct(private readonly Kept $kept)
    {
    }

    /** @return self|null null without the extension, or without a Redis it could use */
    public static function open(Settings $settings, string $prefix, string $namespace, #[\SensitiveParameter] string $seal): ?self
    {
        [$host, $port] = [$settings->get('redis_ip'), (int) $settings->get('redis_port')];
        $isPath = str_starts_with($host, '/');
        if (!class_exists(Kept::class, false) || $host === '' || (!$isPath && $port <= 0)) {
            return null;
        }
        $isBare6 = !$isPath && str_contains($host, ':') && !str_starts_with($host, '[');
        try {
            return new self(Kept::open([
                'redis' => $isPath ? "unix://$host" : 'redis://' . ($isBare6 ? "[$host]" : $host) . ":$port",
                'redis_password' => $settings->get('redis_password'),
                // For a Redis far away, a row of tbladdonmodules that no page shows.
                'redis_wait_ms' => max(1, (int) $settings->filled('redis_wait_ms')),
                'cache_prefix' => $prefix,
                'cache_namespace' => $namespace,
                'cache_seal' => $seal,
            ]));
        } catch (\TrafficEngine\Exception) {
            // Plain PHP says what is wrong with the address.
            return null;
        }
    }

    public function isAvailable(): bool
    {
        return $this->kept->isAvailable();
    }

    public function get(string $key): ?string
    {
        return $this->kept->get($key);
    }

    public function set(string $key, string $value, int $ttl): bool
    {
        return $this->kept->set($key, $value, ['ttl' => $ttl]);
    }

    /** @param list<string> $keys */
    public function delete(array $keys): int
    {
        return count(array_filter($keys, $this->kept->delete(...)));
    }

    public function clear(string $pattern): int
    {
        return $this->kept->invalidate($pattern);
    }

    /** @return array<string, int> hits, misses, sets, errors */
    public function totals(): array
    {
        $stats = $this->kept->stats();
        $errors = is_array($stats['redis'] ?? null) ? (int) ($stats['redis']['errors'] ?? 0) : 0;
        return [
            'hits' => (int) $stats['hits'],
            'misses' => (int) $stats['misses'],
            'sets' => (int) $stats['sets'],
            'errors' => $errors,
        ];
    }
}
