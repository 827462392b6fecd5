--TEST--
A panic is an exception, and the next question is answered
--EXTENSIONS--
pdo_sqlite
traffic_engine
--ENV--
RUST_BACKTRACE=0
--SKIPIF--
<?php
putenv('TRAFFIC_ENGINE_TEST_PANIC=1');
try {
    TrafficEngine\Engine::open([]);
} catch (TrafficEngine\ConfigException) {
    die('skip a released extension has no way to a panic');
} catch (Throwable) {
}
?>
--FILE--
<?php
require __DIR__ . '/usage.inc';

$engine = engine();
$expected = $engine->rankUsers();
putenv('TRAFFIC_ENGINE_TEST_PANIC=1');
failure('array', fn () => $engine->rankUsers());
failure('JSON', fn () => $engine->rankUsersJson());
failure('open', fn () => TrafficEngine\Engine::open([]));
putenv('TRAFFIC_ENGINE_TEST_PANIC');
var_dump($engine->rankUsers() === $expected);
?>
--EXPECTF--
%Athread '%s' %s panicked at %sexceptions.rs:%d:%d:
the tests asked for it%A
array: TrafficEngine\InternalException [internal]
    panic: the tests asked for it; this is a defect of the extension, please report it
%A
JSON: TrafficEngine\InternalException [internal]
    panic: the tests asked for it; this is a defect of the extension, please report it
%A
open: TrafficEngine\InternalException [internal]
    panic: the tests asked for it; this is a defect of the extension, please report it
bool(true)
