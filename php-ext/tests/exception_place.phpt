--TEST--
An exception tells file, line and calls, and keeps every argument to itself
--EXTENSIONS--
pdo_sqlite
traffic_engine
--INI--
zend.exception_ignore_args=0
--FILE--
<?php
require __DIR__ . '/usage.inc';

use TrafficEngine\Engine;

function connect(string $user, string $password): Engine
{
    $config = [
        'store' => "mysql://$user@db.example/v2r", 'password' => $password,
        'typo' => 1,
    ];
    return Engine::open($config);
}

function place(Throwable $thrown): string
{
    return basename($thrown->getFile()) . ':' . $thrown->getLine();
}

try {
    connect('somebody', 'hush');
} catch (TrafficEngine\Exception $thrown) {
    echo place($thrown), "\n";
    echo preg_replace('/ \S*\//', ' ', $thrown->getTraceAsString()), "\n";
    var_dump(array_column($thrown->getTrace(), 'args'));
    ob_start();
    var_dump($thrown);
    echo $thrown, serialize($thrown);
    var_dump(preg_match('/hush|somebody/', ob_get_clean()));
}

// Only ours: others have their arguments as PHP is set.
try {
    (fn (string $argument) => throw new RuntimeException())('shown');
} catch (RuntimeException $other) {
    var_dump($other->getTrace()[0]['args']);
}

$engine = engine();
$asks = [
    'a method' => fn () => $engine->rankUsers(['limit' => -1]),
    'a twin' => fn () => $engine->rankUsersJson(['limit' => -1]),
    'by reflection' => fn () => (new ReflectionMethod($engine, 'live'))->invoke($engine, ['x' => 1]),
    'by name' => fn () => call_user_func([$engine, 'live'], ['x' => 1]),
    'in array_map' => fn () => array_map([$engine, 'live'], [['x' => 1]]),
];
foreach ($asks as $title => $ask) {
    try {
        $ask();
    } catch (TrafficEngine\Exception $thrown) {
        $calls = array_map(fn (array $call) => ($call['class'] ?? '') . ($call['type'] ?? '') . $call['function'], $thrown->getTrace());
        echo $title, ' at ', place($thrown), ' in ', implode(' ', array_slice($calls, 0, 2)), "\n";
    }
}
Engine::open([]);
?>
--EXPECTF--
exception_place.php:12
#0 exception_place.php(12): TrafficEngine\Engine::open()
#1 exception_place.php(21): connect()
#2 {main}
array(0) {
}
int(0)
array(1) {
  [0]=>
  string(5) "shown"
}
a method at exception_place.php:41 in TrafficEngine\Engine->rankUsers {closure%S}
a twin at exception_place.php:42 in TrafficEngine\Engine->rankUsersJson {closure%S}
by reflection at exception_place.php:43 in TrafficEngine\Engine->live ReflectionMethod->invoke
by name at exception_place.php:44 in TrafficEngine\Engine->live {closure%S}
in array_map at exception_place.php:45 in TrafficEngine\Engine->live array_map

Fatal error: Uncaught TrafficEngine\ConfigException: option "store" is missing; give mysql://user@host/database in %sexception_place.php:55
Stack trace:
#0 %sexception_place.php(55): TrafficEngine\Engine::open()
#1 {main}
  thrown in %sexception_place.php on line 55
