--TEST--
Values are kept by key, forgotten by pattern and trigger, and counted
--EXTENSIONS--
pdo_sqlite
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

use TrafficEngine\Cache;

$cache = Cache::open(['cache_entries' => 100, 'cache_mb' => 1]);
var_dump($cache->get('user_a'), $cache->set('user_a', "\0any\xff", ['data_type' => 'rankings']));
var_dump(bin2hex($cache->get('user_a')), $cache->set('node_a', 'x', ['ttl' => 5]), $cache->delete('node_a'));
var_dump($cache->delete('node_a'), $cache->invalidate('user_*'), $cache->get('user_a'));
$cache->set('live_stats', 'x');
var_dump($cache->trigger('traffic_update'), $cache->isAvailable(), $cache->set('large', str_repeat('x', 2000000)));
// The same configuration is the same cache, whoever asks.
$stats = Cache::open(['cache_entries' => 100, 'cache_mb' => 1])->stats();
echo json_encode(array_slice($stats, 0, 7)), ' ', json_encode($stats['redis']), "\n";

failure('a typo', fn () => Cache::open(['redsi' => 'redis://x']));
failure('an address', fn () => Cache::open(['redis' => 'redis://:hunter2@a b']));
failure('a pattern', fn () => $cache->invalidate('[a'));
failure('a trigger', fn () => $cache->trigger('reboot'));
failure('an option', fn () => $cache->set('a', 'b', ['seconds' => 5]));
failure('no cache', fn () => engine()->cacheStats());

// Nobody listens there: no errors, and no wait worth speaking of.
$away = Cache::open(['redis' => 'redis://127.0.0.1:1', 'cache_namespace' => 'x']);
$started = microtime(true);
var_dump($away->set('a', 'b'), $away->get('a'), $away->isAvailable());
var_dump(microtime(true) - $started < 0.1);

$engine = engine(['cache_entries' => 10]);
var_dump($engine->liveJson() === $engine->liveJson(), $engine->cacheStats()['hits']);
echo $engine->cacheInvalidateJson(['trigger' => 'database_optimize']), "\n";
?>
--EXPECTF--
NULL
bool(true)
string(10) "00616e79ff"
bool(true)
bool(true)
bool(false)
int(1)
NULL
int(1)
bool(false)
bool(false)
{"hits":1,"stale_hits":0,"negative_hits":0,"misses":2,"hit_ratio":0.3333333333333333,"sets":3,"invalidations":13} null
a typo: TrafficEngine\ConfigException [bad_config]
    unknown option "redsi"; use one of: redis, redis_password, redis_wait_ms, cache_entries, cache_mb, cache_namespace, cache_prefix, cache_seal, background
an address: TrafficEngine\ConfigException [bad_config]
    the address of Redis is not understood; give %s
a pattern: TrafficEngine\InvalidRequestException [bad_option]
    "[a" is no pattern of names: %s
a trigger: TrafficEngine\InvalidRequestException [bad_option]
    unknown trigger "reboot"; use one of: user_update, node_update, traffic_update, large_dataset_complete, database_optimize
an option: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "seconds"; use one of: ttl, data_type, time_range
no cache: TrafficEngine\ConfigException [bad_config]
    no cache is configured; give redis, cache_entries or cache_mb
bool(false)
string(1) "b"
bool(false)
bool(true)
bool(true)
int(1)
{"memory":1,"redis":0,"is_late":false}
