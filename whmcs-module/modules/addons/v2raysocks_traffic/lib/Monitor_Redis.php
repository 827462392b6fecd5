<?php

declare(strict_types=1);

use V2RaySocksTraffic\Cache\Invalidation;
use V2RaySocksTraffic\Cache\Ttl;
use V2RaySocksTraffic\Module;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/autoload.php';

/** @return \Redis|false the configured Redis, or false when there is none to be had now */
function v2raysocks_traffic_getRedisInstance()
{
    return Module::get()->cache()->redis() ?? false;
}

/**
 * @param string $act set, get, del, exists, ping, stats or clear_pattern
 * @param array<string, mixed> $data key, value, ttl, pattern
 * @return mixed
 */
function v2raysocks_traffic_redisOperate($act, $data)
{
    $cache = Module::get()->cache();
    $act = strtolower((string) $act);
    if ($act === 'stats') {
        return $cache->totals();
    }
    if (!$cache->isAvailable()) {
        return false;
    }
    $key = (string) ($data['key'] ?? '');
    $ttl = (int) ($data['ttl'] ?? 0);
    return match ($act) {
        'set', 'setex' => $cache->set($key, (string) ($data['value'] ?? ''), $ttl > 0 ? $ttl : Ttl::of($key)),
        'get' => $cache->get($key) ?? false,
        'del' => $cache->delete($key),
        'exists' => $cache->get($key) === null ? 0 : 1,
        'ping' => true,
        'clear_pattern' => $cache->clear((string) ($data['pattern'] ?? '')) ?: true,
        default => false,
    };
}

/**
 * @param string $key
 * @param string $value
 * @param array<string, mixed> $context
 * @return bool
 */
function v2raysocks_traffic_setCacheWithTTL($key, $value, $context = [])
{
    return Module::get()->cache()->set((string) $key, (string) $value, v2raysocks_traffic_getDefaultTTL($key, $context));
}

/**
 * @param string $key
 * @param mixed $defaultValue
 * @return mixed
 */
function v2raysocks_traffic_getCacheWithFallback($key, $defaultValue = null)
{
    return json_decode(Module::get()->cache()->get((string) $key) ?? '', true) ?? $defaultValue;
}

/**
 * @param string $key
 * @param array<string, mixed> $context
 * @return int seconds
 */
function v2raysocks_traffic_getDefaultTTL($key, $context = [])
{
    return Ttl::of((string) $key);
}

/**
 * @param list<string> $cacheKeys
 * @param string|null $clearPattern
 * @return bool false without Redis
 */
function v2raysocks_traffic_clearCache($cacheKeys = [], $clearPattern = null)
{
    $cache = Module::get()->cache();
    $invalidation = new Invalidation($cache);
    if ($clearPattern !== null && $clearPattern !== '') {
        $cache->clear((string) $clearPattern);
        return $cache->isAvailable();
    }
    return $cacheKeys === [] ? $invalidation->defaults() : $invalidation->patterns($cacheKeys);
}

/**
 * @param string $dataType
 * @return bool
 */
function v2raysocks_traffic_clearRelatedCache($dataType)
{
    return (new Invalidation(Module::get()->cache()))->related((string) $dataType);
}

/**
 * @param string|null $dataType
 * @param array<string, mixed> $context
 * @return bool
 */
function v2raysocks_traffic_unifiedCacheClear($dataType = null, $context = [])
{
    $invalidation = new Invalidation(Module::get()->cache());
    return $dataType === null ? $invalidation->defaults() : $invalidation->kind((string) $dataType);
}

/**
 * @param string $triggerType
 * @param array<mixed> $affectedEntities
 * @return bool false for an unknown trigger
 */
function v2raysocks_traffic_autoInvalidateCache($triggerType, $affectedEntities = [])
{
    return (new Invalidation(Module::get()->cache()))->trigger((string) $triggerType);
}

/** @return array<string, mixed> */
function v2raysocks_traffic_getCacheStats()
{
    $cache = Module::get()->cache();
    $isAvailable = $cache->isAvailable();
    // Nobody adds them up while Redis is away, and asking it again would only wait for it.
    $totals = $isAvailable ? $cache->totals() : ['hits' => 0, 'misses' => 0, 'sets' => 0, 'errors' => 0];
    $lookups = $totals['hits'] + $totals['misses'];
    return $totals + [
        'hit_rate' => $lookups === 0 ? 0.0 : round($totals['hits'] / $lookups * 100, 2),
        'redis_available' => $isAvailable,
        'total_requests' => $lookups,
    ];
}
