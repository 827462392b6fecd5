--TEST--
A configuration that cannot be understood is refused in words, without repeating a password
--EXTENSIONS--
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

$good = ['store' => 'sqlite:///nowhere', 'timezone' => 'UTC'];
$bad = [
    'nothing' => [],
    'no store' => ['timezone' => 'UTC'],
    'store is null' => ['store' => null],
    'store is a bool' => ['store' => true],
    'store is an array' => ['store' => []],
    'store is a float' => ['store' => 1.5],
    'store is an object' => ['store' => new stdClass()],
    'store is not UTF-8' => ['store' => "sqlite:///\xff"],
    'store is no address' => ['store' => 'nowhere'],
    'store of another kind' => ['store' => 'postgres://me:hush@db.example/v2r'],
    'store without a path' => ['store' => 'sqlite://'],
    'password is an array' => ['password' => ['hush']] + $good,
    'password is not UTF-8' => ['password' => "hush\xff"] + $good,
    'unknown key' => ['Store' => 'x'] + $good,
    'a list' => ['sqlite:///nowhere'],
    'unknown zone' => ['timezone' => 'Mars/Olympus'] + $good,
    'unknown path' => ['path' => 'guess'] + $good,
    'negative number' => ['memory_limit_mb' => -1] + $good,
    'number in words' => ['refresh_interval_ms' => 'one'] + $good,
    'number is a float' => ['verify_interval_ms' => 1.0] + $good,
    'number is a bool' => ['retention_days' => true] + $good,
    'number beyond 64 bits' => ['size_limit_mb' => '99999999999999999999'] + $good,
    'switch is a number' => ['background' => 1] + $good,
    'clock is a bool' => ['now' => false] + $good,
];
foreach ($bad as $title => $config) {
    failure($title, fn () => TrafficEngine\Engine::open($config));
}
foreach (['a text', 7, null, new ArrayObject($good)] as $config) {
    failure(get_debug_type($config), fn () => TrafficEngine\Engine::open($config));
}
failure('no argument', fn () => TrafficEngine\Engine::open());
failure('two arguments', fn () => TrafficEngine\Engine::open($good, 'more'));
?>
--EXPECT--
nothing: TrafficEngine\ConfigException [bad_config]
    option "store" is missing; give mysql://user@host/database
no store: TrafficEngine\ConfigException [bad_config]
    option "store" is missing; give mysql://user@host/database
store is null: TrafficEngine\ConfigException [bad_config]
    option "store" is missing; give mysql://user@host/database
store is a bool: TrafficEngine\ConfigException [bad_config]
    option "store" is a bool; give a text
store is an array: TrafficEngine\ConfigException [bad_config]
    option "store" is a list; give a text
store is a float: TrafficEngine\ConfigException [bad_config]
    option "store" is neither a text, a number, a bool, a list of texts nor null
store is an object: TrafficEngine\ConfigException [bad_config]
    option "store" is neither a text, a number, a bool, a list of texts nor null
store is not UTF-8: TrafficEngine\ConfigException [bad_config]
    option "store" is not valid UTF-8
store is no address: TrafficEngine\StoreException [bad_store_address]
    bad store address: it does not begin with mysql:// or sqlite://; write mysql://user@host:3306/database or sqlite://path
store of another kind: TrafficEngine\StoreException [bad_store_address]
    bad store address: unknown kind of store "postgres"; write mysql://user@host:3306/database or sqlite://path
store without a path: TrafficEngine\StoreException [bad_store_address]
    bad store address: the path is missing; write mysql://user@host:3306/database or sqlite://path
password is an array: TrafficEngine\ConfigException [bad_config]
    option "password" is a list; give a text
password is not UTF-8: TrafficEngine\ConfigException [bad_config]
    option "password" is not valid UTF-8
unknown key: TrafficEngine\ConfigException [bad_config]
    unknown option "Store"; use one of: store, password, timezone, data_dir, path, refresh_interval_ms, verify_interval_ms, memory_limit_mb, read_timeout_ms, query_timeout_ms, retention_days, history_days, size_limit_mb, background, now, local_socket, redis, redis_password, redis_wait_ms, cache_entries, cache_mb, cache_namespace
a list: TrafficEngine\ConfigException [bad_config]
    unknown option "0"; use one of: store, password, timezone, data_dir, path, refresh_interval_ms, verify_interval_ms, memory_limit_mb, read_timeout_ms, query_timeout_ms, retention_days, history_days, size_limit_mb, background, now, local_socket, redis, redis_password, redis_wait_ms, cache_entries, cache_mb, cache_namespace
unknown zone: TrafficEngine\ConfigException [bad_config]
    unknown time zone "Mars/Olympus"; use a name such as Asia/Shanghai
unknown path: TrafficEngine\ConfigException [unknown_path]
    unknown path "guess"; use one of: auto, snapshot, push_down, rows
negative number: TrafficEngine\ConfigException [bad_config]
    option "memory_limit_mb" is -1; give 0 or more
number in words: TrafficEngine\ConfigException [bad_config]
    option "refresh_interval_ms" is "one"; give a whole number
number is a float: TrafficEngine\ConfigException [bad_config]
    option "verify_interval_ms" is neither a text, a number, a bool, a list of texts nor null
number is a bool: TrafficEngine\ConfigException [bad_config]
    option "retention_days" is a bool; give a whole number
number beyond 64 bits: TrafficEngine\ConfigException [bad_config]
    option "size_limit_mb" is "99999999999999999999"; give a whole number
switch is a number: TrafficEngine\ConfigException [bad_config]
    option "background" is no bool; give true or false
clock is a bool: TrafficEngine\ConfigException [bad_config]
    option "now" is a bool; give a whole number
string: TypeError
    Invalid value given for argument `config`.
int: TypeError
    Invalid value given for argument `config`.
null: TypeError
    Invalid value given for argument `config`.
ArrayObject: TypeError
    Invalid value given for argument `config`.
no argument: ArgumentCountError
    TrafficEngine\Engine::open() expects exactly 1 argument, 0 given
two arguments: ArgumentCountError
    TrafficEngine\Engine::open() expects exactly 1 argument, 2 given
