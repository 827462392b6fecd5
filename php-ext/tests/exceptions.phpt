--TEST--
The exceptions are one tree, each with a code of its own, and ordinary objects of PHP
--EXTENSIONS--
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

use TrafficEngine\{ConfigException, Exception, InternalException, InvalidRequestException};
use TrafficEngine\{SnapshotException, StoreException};

foreach ([
    InvalidRequestException::class, ConfigException::class, StoreException::class,
    SnapshotException::class, InternalException::class, Exception::class,
] as $class) {
    echo $class, ' < ', implode(' < ', class_parents($class)), "\n";
}

try {
    TrafficEngine\Engine::open([]);
} catch (ConfigException $thrown) {
    var_dump($thrown->getErrorCode(), $thrown->getCode(), $thrown->getPrevious());
    $copy = unserialize(serialize($thrown));
    var_dump($copy instanceof ConfigException, $copy->getErrorCode(), $copy->getMessage() === $thrown->getMessage());
}

// PHP code may throw them too, as stand-ins of the engine in tests do.
$cause = new RuntimeException('cause');
$mine = new StoreException('mine', 7, $cause);
var_dump($mine->getMessage(), $mine->getCode(), $mine->getPrevious() === $cause, $mine->getErrorCode());

class Special extends StoreException
{
    protected $errorCode = 'special';
}
var_dump((new Special())->getErrorCode());

class Broken extends StoreException
{
    public function __construct()
    {
        unset($this->errorCode);
    }
}
var_dump((new Broken())->getErrorCode());
failure('a method of ours alone', fn () => $mine->fill('a', 'b'));
failure('a property of ours alone', fn () => $mine->errorCode);
?>
--EXPECT--
TrafficEngine\InvalidRequestException < TrafficEngine\Exception < Exception
TrafficEngine\ConfigException < TrafficEngine\Exception < Exception
TrafficEngine\StoreException < TrafficEngine\Exception < Exception
TrafficEngine\SnapshotException < TrafficEngine\Exception < Exception
TrafficEngine\InternalException < TrafficEngine\Exception < Exception
TrafficEngine\Exception < Exception
string(10) "bad_config"
int(0)
NULL
bool(true)
string(10) "bad_config"
bool(true)
string(4) "mine"
int(7)
bool(true)
string(0) ""
string(7) "special"
string(0) ""
a method of ours alone: Error
    Call to private method TrafficEngine\Exception::fill() from global scope
a property of ours alone: Error
    Cannot access protected property TrafficEngine\StoreException::$errorCode
