<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Cache;

use V2RaySocksTraffic\Json;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Answers kept in Redis under keys of this installation and server. Without Redis nothing is kept. */
final class Cache
{
    private const PREFIX = 'v2raysocks_traffic:v1:';
    private const KEYS_A_SCAN = 1000;

    /** Larger answers cost more to move than to compute. */
    private const BYTES_MAX = 1000000;
    private const ROWS_MAX = 2000;

    public readonly Counters $counters;

    public function __construct(private readonly RedisLink $link, private readonly string $namespace)
    {
        $this->counters = new Counters($this);
    }

    public function redis(): ?\Redis
    {
        return $this->link->get();
    }

    public function key(string $key): string
    {
        return self::PREFIX . $this->namespace . ':' . $key;
    }

    /**
     * The answer kept under a key, else a new one, which is kept.
     *
     * @template T
     * @param callable(): T $compute
     * @return T
     */
    public function remember(string $key, callable $compute): mixed
    {
        $kept = $this->get($key);
        if ($kept !== null) {
            $value = json_decode($kept, true);
            if (is_array($value) && array_key_exists('value', $value)) {
                return $value['value'];
            }
        }
        $value = $compute();
        if (!is_array($value) || count($value) <= self::ROWS_MAX) {
            $this->set($key, Json::typed(['value' => $value]), Ttl::of($key));
        }
        return $value;
    }

    public function get(string $key): ?string
    {
        $text = $this->run(fn (\Redis $redis): mixed => $redis->get($this->key($key)));
        $this->counters->count(is_string($text) ? 'hits' : 'misses');
        return is_string($text) ? $text : null;
    }

    public function set(string $key, string $value, int $ttl): bool
    {
        if (strlen($value) > self::BYTES_MAX) {
            return false;
        }
        $isKept = $this->run(fn (\Redis $redis): mixed => $redis->setex($this->key($key), $ttl, $value)) === true;
        $this->counters->count($isKept ? 'sets' : 'errors');
        return $isKept;
    }

    public function delete(string ...$keys): int
    {
        $full = array_map($this->key(...), array_values($keys));
        return (int) $this->run(static fn (\Redis $redis): mixed => $full === [] ? 0 : $redis->unlink($full));
    }

    /** Removes the keys that match a glob pattern, without stopping Redis for others. */
    public function clear(string $pattern): int
    {
        return (int) $this->run(function (\Redis $redis) use ($pattern): int {
            $redis->setOption(\Redis::OPT_SCAN, \Redis::SCAN_RETRY);
            [$removed, $cursor] = [0, null];
            while (($keys = $redis->scan($cursor, $this->key($pattern), self::KEYS_A_SCAN)) !== false) {
                $removed += $keys === [] ? 0 : (int) $redis->unlink($keys);
            }
            return $removed;
        });
    }

    /** @param callable(\Redis): mixed $command */
    public function run(callable $command): mixed
    {
        $redis = $this->redis();
        if ($redis === null) {
            return null;
        }
        try {
            return $command($redis);
        } catch (\RedisException) {
            $this->link->failed();
            return null;
        }
    }
}
