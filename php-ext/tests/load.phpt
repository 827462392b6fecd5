--TEST--
The extension loads with its version, its classes and nothing else
--EXTENSIONS--
traffic_engine
--FILE--
<?php
$extension = new ReflectionExtension('traffic_engine');
preg_match('/^version = "(.*)"/m', file_get_contents(__DIR__ . '/../../Cargo.toml'), $workspace);
var_dump($extension->getVersion() === $workspace[1]);
var_dump(TrafficEngine\Engine::version() === $workspace[1]);
var_dump(phpversion('traffic_engine') === $workspace[1]);
echo implode("\n", $extension->getClassNames()), "\n";
var_dump($extension->getFunctions(), $extension->getConstants(), $extension->getDependencies());
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
TrafficEngine\Exception
TrafficEngine\InvalidRequestException
TrafficEngine\ConfigException
TrafficEngine\StoreException
TrafficEngine\SnapshotException
TrafficEngine\InternalException
TrafficEngine\Engine
TrafficEngine\Cache
TrafficEngine\JsonPieces
array(0) {
}
array(0) {
}
array(0) {
}
