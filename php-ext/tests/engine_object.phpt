--TEST--
An engine is an object that cannot be extended, made, copied or stored, and shows no credentials
--EXTENSIONS--
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

use TrafficEngine\Engine;

$engine = Engine::open([
    'store' => 'mysql://somebody@db.example/v2r', 'password' => 'hush', 'timezone' => 'UTC',
]);
ob_start();
var_dump($engine, (array) $engine, get_object_vars($engine));
print_r($engine);
var_export($engine);
echo json_encode($engine), "\n";
$shown = ob_get_clean();
echo $shown;
var_dump(preg_match('/hush|somebody|db\.example/', $shown));

failure('new', fn () => new Engine());
failure('without its constructor', function () {
    $empty = (new ReflectionClass(Engine::class))->newInstanceWithoutConstructor();
    $empty->rankUsers();
});
failure('clone', fn () => clone $engine);
failure('serialize', fn () => serialize($engine));
failure('unserialize', fn () => unserialize('O:20:"TrafficEngine\Engine":0:{}'));
var_dump((new ReflectionClass($engine))->isFinal(), $engine == $engine, isset($engine->inner));
?>
--EXPECTF--
object(TrafficEngine\Engine)#1 (0) {
}
array(0) {
}
array(0) {
}
TrafficEngine\Engine Object
(
)
%STrafficEngine\Engine::__set_state(array(
)){}
int(0)
new: Exception
    You cannot instantiate this class from PHP.
without its constructor: ReflectionException
    Class TrafficEngine\Engine is an internal class marked as final that cannot be instantiated without invoking its constructor
clone: Error
    Trying to clone an uncloneable object of class TrafficEngine\Engine
serialize: Exception
    Serialization of 'TrafficEngine\Engine' is not allowed
unserialize: Exception
    Unserialization of 'TrafficEngine\Engine' is not allowed
bool(true)
bool(true)
bool(false)
