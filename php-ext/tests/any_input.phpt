--TEST--
Whatever PHP code passes is an answer or an exception that says what is wrong, never a panic
--EXTENSIONS--
pdo_sqlite
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

use TrafficEngine\{Cache, Engine, InternalException, JsonPieces};

$path = database();
$engine = Engine::open(config($path));
$cache = Cache::open(['cache_entries' => 10]);
$bad = "\xff";
failure('a key', fn () => $engine->rankUsers([$bad => 1]));
failure('a key among others', fn () => $engine->rankUsersJson(['limit' => 1, "lim\xe9t" => 1]));
failure('a value', fn () => $engine->usageRecords(['uuid' => $bad]));
failure('a list', fn () => $engine->schemaDrop(['names' => ['a', $bad]]));
failure('a key in a list', fn () => $engine->schemaDrop(['names' => [$bad => 'no index']]));
failure('a question', fn () => $engine->jsonPieces($bad));
failure('a key for pieces', fn () => $engine->jsonPieces('traffic', [$bad => 1]));
failure('a key to open', fn () => Engine::open([$bad => 1]));
failure('a store', fn () => Engine::open(config("/$bad")));
failure('a password', fn () => Engine::open(config($path, ['password' => "hunter2$bad"])));
failure('a cache', fn () => Cache::open([$bad => 1]));
failure('a key to get', fn () => $cache->get($bad));
failure('a key to set', fn () => $cache->set($bad, 'x'));
failure('an option to set', fn () => $cache->set('a', 'x', [$bad => 1]));
failure('a key to delete', fn () => $cache->delete($bad));
failure('a pattern', fn () => $cache->invalidate($bad));
failure('a trigger', fn () => $cache->trigger($bad));

// Any kind of value by any name, for every question; only defects are shown.
class Text
{
    public function __toString(): string
    {
        return 'today';
    }
}
$number = 5;
$list = ['a'];
$list[] = &$list;
$sparse = [1, 2, 3];
unset($sparse[0], $sparse[1]);
$values = [
    $bad, "\0", '', ' 7', "today\0", str_repeat('9', 400), 'é', PHP_INT_MAX, PHP_INT_MIN, 0, -1, 1.5, NAN, INF, -0.0, 1e300,
    true, false, null, [], [[]], $list, $sparse, [$bad => 1], [PHP_INT_MAX => 'x'], ['x' => &$number], new stdClass(), new Text(),
    fopen('php://memory', 'r'), fn () => 1, $engine,
];
$names = [
    'time_range', 'start_date', 'end_date', 'start_timestamp', 'end_timestamp', 'sort_by', 'limit', 'user_id', 'node_id', 'uuid',
    'service_id', 'enhanced', 'group_by', 'grain', 'for', 'names', 'pattern', 'days', 'from', 'lock_wait_s', '', "a\0b", $bad,
    PHP_INT_MIN, PHP_INT_MAX, 0, '08', '-0',
];
$questions = array_keys(questions());
array_push($questions, 'refresh', 'stats', 'schemaPlan', 'cacheStats', 'cacheInvalidate', 'rollupStatus', 'schemaDrop');
$refused = 0;
$try = static function (string $title, callable $ask) use (&$refused): void {
    try {
        $ask();
    } catch (InternalException | Error $defect) {
        echo $title, ': ', $defect::class, ' ', $defect->getMessage(), "\n";
    } catch (TrafficEngine\Exception) {
        $refused++;
    }
};
foreach ($questions as $question) {
    foreach ($names as $name) {
        foreach ($values as $at => $value) {
            $title = $question . ' ' . bin2hex((string) $name) . " value $at";
            $try($title, fn () => $engine->$question([$name => &$value]));
            $try($title, fn () => $engine->{$question . 'Json'}([$name => $value, 'user_id' => 1]));
        }
    }
}
foreach ([PHP_INT_MIN, -1, 0, PHP_INT_MAX] as $first) {
    foreach ([PHP_INT_MIN, -1, 0, PHP_INT_MAX] as $last) {
        $period = ['start_timestamp' => $first, 'end_timestamp' => $last];
        foreach ($questions as $question) {
            $try("$question $first $last", fn () => $engine->$question($period));
        }
        foreach (['hour', 'day'] as $grain) {
            $try("a chart $first $last", fn () => $engine->userChart($period + ['user_id' => 1, 'grain' => $grain]));
        }
    }
}
$options = [
    'store', 'password', 'timezone', 'data_dir', 'path', 'refresh_interval_ms', 'verify_interval_ms', 'memory_limit_mb',
    'read_timeout_ms', 'query_timeout_ms', 'retention_days', 'history_days', 'size_limit_mb', 'background', 'now', 'redis',
    'redis_password', 'redis_wait_ms', 'cache_entries', 'cache_mb', 'cache_namespace', $bad,
];
foreach ($options as $name) {
    foreach ($values as $at => $value) {
        // The folder that a text or a number names would be made.
        if ($name !== 'data_dir' || !(is_string($value) || is_int($value))) {
            $try(bin2hex($name) . " value $at", fn () => Engine::open([$name => $value] + config($path))->live());
            $try(bin2hex($name) . " value $at", fn () => Cache::open([$name => $value])->set('a', 'b'));
        }
    }
}
foreach (['ttl', 'data_type', 'time_range', $bad] as $name) {
    foreach ($values as $at => $value) {
        $try("set $name value $at", fn () => $cache->set('a', 'b', [$name => $value]));
        $try("get after $name value $at", fn () => $cache->get('a'));
    }
}
foreach (["\0", '', str_repeat('a', 100000), '*', '[', '\\', "a\0*"] as $text) {
    foreach (['get', 'delete', 'invalidate', 'trigger'] as $method) {
        $try("$method of a text", fn () => $cache->$method($text));
    }
    $try('set of a text', fn () => $cache->set($text, $text));
    $try('pieces of a text', fn () => $engine->jsonPieces($text));
}
// Those that PHP makes without us have nothing inside.
foreach ([Engine::class, Cache::class, JsonPieces::class] as $class) {
    foreach (['new', 'reflection', 'unserialize', 'clone'] as $way) {
        try {
            $it = match ($way) {
                'new' => new $class(),
                'reflection' => (new ReflectionClass($class))->newInstanceWithoutConstructor(),
                'unserialize' => unserialize(sprintf('O:%d:"%s":0:{}', strlen($class), $class)),
                'clone' => clone ['TrafficEngine\Engine' => $engine, 'TrafficEngine\Cache' => $cache,
                    'TrafficEngine\JsonPieces' => $engine->jsonPieces('live')][$class],
            };
            $class === JsonPieces::class ? $it->next() : $it->stats();
            echo "$class by $way answers\n";
        } catch (Throwable $thrown) {
            if ($thrown instanceof InternalException) {
                echo "$class by $way: ", $thrown->getMessage(), "\n";
            }
        }
    }
}
var_dump($refused > 10000, count($engine->rankUsers()));
?>
--EXPECT--
a key: TrafficEngine\InvalidRequestException [bad_option]
    the name of option "�" is not valid UTF-8
a key among others: TrafficEngine\InvalidRequestException [bad_option]
    the name of option "lim�t" is not valid UTF-8
a value: TrafficEngine\InvalidRequestException [bad_option]
    option "uuid" is not valid UTF-8
a list: TrafficEngine\InvalidRequestException [bad_option]
    option "names" is not valid UTF-8
a key in a list: TrafficEngine\InvalidRequestException [unknown_index]
    no index "no index" is ours to drop; there are none here
a question: TrafficEngine\InvalidRequestException [bad_option]
    argument "question" is not valid UTF-8
a key for pieces: TrafficEngine\InvalidRequestException [bad_option]
    the name of option "�" is not valid UTF-8
a key to open: TrafficEngine\ConfigException [bad_config]
    the name of option "�" is not valid UTF-8
a store: TrafficEngine\ConfigException [bad_config]
    option "store" is not valid UTF-8
a password: TrafficEngine\ConfigException [bad_config]
    option "password" is not valid UTF-8
a cache: TrafficEngine\ConfigException [bad_config]
    the name of option "�" is not valid UTF-8
a key to get: TrafficEngine\InvalidRequestException [bad_option]
    argument "key" is not valid UTF-8
a key to set: TrafficEngine\InvalidRequestException [bad_option]
    argument "key" is not valid UTF-8
an option to set: TrafficEngine\InvalidRequestException [bad_option]
    the name of option "�" is not valid UTF-8
a key to delete: TrafficEngine\InvalidRequestException [bad_option]
    argument "key" is not valid UTF-8
a pattern: TrafficEngine\InvalidRequestException [bad_option]
    argument "pattern" is not valid UTF-8
a trigger: TrafficEngine\InvalidRequestException [bad_option]
    argument "trigger" is not valid UTF-8
bool(true)
int(3)
