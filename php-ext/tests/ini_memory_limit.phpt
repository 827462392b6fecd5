--TEST--
A memory limit in php.ini that is no number is refused where it would be used
--EXTENSIONS--
traffic_engine
--INI--
traffic_engine.memory_limit_mb=much
--FILE--
<?php
require __DIR__ . '/usage.inc';

$config = ['store' => 'sqlite:///nowhere', 'timezone' => 'UTC'];
failure('from php.ini', fn () => TrafficEngine\Engine::open($config));
var_dump(TrafficEngine\Engine::open($config + ['memory_limit_mb' => 5]) instanceof TrafficEngine\Engine);
?>
--EXPECT--
from php.ini: TrafficEngine\ConfigException [bad_config]
    option "traffic_engine.memory_limit_mb" is "much" in php.ini; give a whole number
bool(true)
