<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Cache;

use V2RaySocksTraffic\Json;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Answers kept in Redis under keys of this installation and server. Without Redis nothing is kept.
 *
 * The extension keeps the same entries, in the memory of its process as well; where it is there it does the work.
 */
final class Cache
{
    public const PREFIX = 'v2raysocks_traffic:v1';
    private const KEYS_A_SCAN = 1000;
    private const NEWS_MAX = 1000;

    /** After so long without a page what is kept beside the answers goes. */
    public const KEPT_S = 604800;

    /** Larger answers cost more to move than to compute. */
    private const ROWS_MAX = 2000;

    /** A process that computes says so for this long; others wait for it for at most as long as the second says. */
    private const LOCK_MS = 3000;
    private const WAIT_MS = 1000;
    private const PAUSE_MS = 20;

    public readonly Counters $counters;

    public function __construct(
        private readonly RedisLink $link,
        private readonly string $namespace,
        private readonly ?EngineCache $engine = null,
        /** With what entries are sealed. */
        #[\SensitiveParameter]
        private readonly string $seal = '',
    ) {
        $this->counters = new Counters($this);
    }

    public function redis(): ?\Redis
    {
        return $this->link->get();
    }

    public function isAvailable(): bool
    {
        return $this->engine?->isAvailable() ?? $this->redis() !== null;
    }

    public function key(string $key): string
    {
        return self::PREFIX . ':{' . $this->namespace . '}:' . $key;
    }

    /** A key that no pattern of keys means. */
    public function beside(string $what): string
    {
        return self::PREFIX . ':{' . $this->namespace . '}@' . $what;
    }

    /**
     * The answer kept under a key, else a new one, which is kept. What is kept and is no answer is as good as nothing.
     *
     * @template T
     * @param callable(): T $compute
     * @param callable(mixed): bool $isAnswer
     * @return T
     */
    public function remember(string $key, callable $compute, callable $isAnswer): mixed
    {
        $answer = static fn (?array $kept): ?array => $kept !== null && $isAnswer($kept['value']) ? $kept : null;
        $kept = $answer($this->kept($key));
        $isOurs = $kept === null ? $this->lock($key) : null;
        if ($isOurs === false) {
            $kept = $answer($this->awaited($key));
        }
        if ($kept !== null) {
            return $kept['value'];
        }
        try {
            $value = $compute();
            if (!is_array($value) || count($value) <= self::ROWS_MAX) {
                $this->set($key, Json::typed(['value' => $value]), Ttl::of($key));
            }
            return $value;
        } finally {
            if ($isOurs === true) {
                $this->run(fn (\Redis $redis): mixed => $redis->unlink($this->beside("lock:$key")));
            }
        }
    }

    public function get(string $key): ?string
    {
        if ($this->engine !== null) {
            return $this->engine->get($key);
        }
        $text = $this->peek($key);
        $this->counters->count($text === null ? 'misses' : 'redis_hits');
        return $text;
    }

    public function set(string $key, string $value, int $ttl): bool
    {
        if ($this->engine !== null) {
            return $this->engine->set($key, $value, $ttl);
        }
        $ttlMs = Ttl::jitteredMs($ttl);
        $bytes = Envelope::seal($key, $value, self::nowMs(), $ttlMs, $this->seal);
        $set = fn (\Redis $redis): mixed => $redis->psetex($this->key($key), $ttlMs, (string) $bytes);
        $isKept = $bytes !== null && $this->run($set) === true;
        $this->counters->count($isKept ? 'sets' : 'errors');
        return $isKept;
    }

    public function delete(string ...$keys): int
    {
        if ($this->engine !== null) {
            return $this->engine->delete(array_values($keys));
        }
        return (int) $this->run(function (\Redis $redis) use ($keys): int {
            $full = array_map($this->key(...), array_values($keys));
            $removed = $full === [] ? 0 : (int) $redis->unlink($full);
            foreach ($keys as $key) {
                $this->tell($redis, addcslashes($key, '*?[]\\'));
            }
            return $removed;
        });
    }

    /** Removes the keys that a glob pattern means, without stopping Redis for others. */
    public function clear(string $pattern): int
    {
        if ($this->engine !== null) {
            try {
                return $this->engine->clear($pattern);
            } catch (\TrafficEngine\Exception) {
                // What is no pattern means nothing.
                return 0;
            }
        }
        $this->counters->count('invalidations');
        return (int) $this->run(function (\Redis $redis) use ($pattern): int {
            $removed = $this->unlinkMatching($redis, $pattern);
            // After that, or another process might take up again what is about to go.
            $this->tell($redis, $pattern);
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

    /** @return array<string, int> hits, misses, sets, errors of all requests */
    public function totals(): array
    {
        return $this->engine?->totals() ?? $this->counters->totals();
    }

    /** @return array{value: mixed}|null */
    private function kept(string $key): ?array
    {
        return self::value($this->get($key));
    }

    /** @return array{value: mixed}|null */
    private static function value(?string $text): ?array
    {
        $value = $text === null ? null : json_decode($text, true);
        return is_array($value) && array_key_exists('value', $value) ? $value : null;
    }

    /** What Redis keeps, not counted. */
    private function peek(string $key): ?string
    {
        $bytes = $this->run(fn (\Redis $redis): mixed => $redis->get($this->key($key)));
        return is_string($bytes) ? Envelope::open($key, $bytes, self::nowMs(), $this->seal) : null;
    }

    /** @return bool|null true when nobody else computes it, null where there is no Redis to agree by */
    private function lock(string $key): ?bool
    {
        $options = ['nx', 'px' => self::LOCK_MS];
        $isOurs = $this->run(fn (\Redis $redis): mixed => $redis->set($this->beside("lock:$key"), '1', $options));
        return is_bool($isOurs) ? $isOurs : null;
    }

    /** @return array{value: mixed}|null what another request makes of a key, null when that takes too long */
    private function awaited(string $key): ?array
    {
        $untilMs = self::nowMs() + self::WAIT_MS;
        do {
            usleep(self::PAUSE_MS * 1000);
            $value = self::value($this->engine?->get($key) ?? $this->peek($key));
            $isLocked = $value !== null
                || $this->run(fn (\Redis $redis): mixed => $redis->exists($this->beside("lock:$key")));
        } while ($value === null && (bool) $isLocked && self::nowMs() < $untilMs);
        return $value;
    }

    /** Redis knows almost the patterns of PHP; so that all agree, PHP decides. */
    private function unlinkMatching(\Redis $redis, string $pattern): int
    {
        $redis->setOption(\Redis::OPT_SCAN, \Redis::SCAN_RETRY);
        [$removed, $cursor, $prefix] = [0, null, $this->key('')];
        $begins = addcslashes($prefix . substr($pattern, 0, strcspn($pattern, '*?[\\')), '*?[]^-\\') . '*';
        while (($keys = $redis->scan($cursor, $begins, self::KEYS_A_SCAN)) !== false) {
            $isMeant = static fn (string $key): bool => fnmatch($pattern, substr($key, strlen($prefix)));
            $meant = array_values(array_filter($keys, $isMeant));
            $removed += $meant === [] ? 0 : (int) $redis->unlink($meant);
        }
        return $removed;
    }

    /** Tells processes with the extension what to forget. */
    private function tell(\Redis $redis, string $pattern): void
    {
        $redis->xAdd($this->beside('news'), '*', ['pattern' => $pattern], self::NEWS_MAX);
        $redis->expire($this->beside('news'), self::KEPT_S);
    }

    private static function nowMs(): int
    {
        return (int) (microtime(true) * 1000);
    }
}
