--TEST--
Engines are kept by configuration, and no more than sixteen of them
--EXTENSIONS--
traffic_engine
--FILE--
<?php
use TrafficEngine\Engine;

function kept(): int
{
    ob_start();
    phpinfo(INFO_MODULES);
    preg_match('/Engines open in this process => (\d+)/', ob_get_clean(), $count);
    return (int) $count[1];
}

$config = ['store' => 'sqlite:///nowhere', 'timezone' => 'UTC'];
var_dump(kept());
$first = Engine::open($config);
var_dump(kept());
// Two objects, one engine: what an object was last told is its own.
$second = Engine::open($config + ['now' => null]);
var_dump(kept(), $first === $second);
Engine::open(['password' => 'a'] + $config);
Engine::open(['password' => 'b'] + $config);
var_dump(kept());
try {
    Engine::open(['path' => 'guess'] + $config);
} catch (TrafficEngine\ConfigException) {
    var_dump(kept());
}
unset($first, $second);
var_dump(kept());
for ($now = 0; $now < 40; $now++) {
    Engine::open(['now' => $now] + $config);
}
var_dump(kept());
?>
--EXPECT--
int(0)
int(1)
int(1)
bool(false)
int(3)
int(3)
int(3)
int(16)
