--TEST--
The indexes of the database are listed and judged, and nothing is changed
--EXTENSIONS--
pdo_sqlite
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

$path = database();
$engine = TrafficEngine\Engine::open(config($path));
var_dump($engine->schemaStatus());
echo $engine->schemaPlanJson(), "\n";
(new PDO("sqlite:$path"))->exec('CREATE INDEX idx_node_name ON node (name)');
foreach ($engine->schemaStatus() as $index) {
    echo implode(' ', [$index['table'], $index['name'], ...$index['columns'], $index['verdict']]), "\n";
}
$plan = $engine->schemaPlan();
echo count($plan['create']), ' to make, may go: ', $plan['droppable'][0]['sql'], "\n";
failure('an option', fn () => $engine->schemaPlan(['x' => 1]));
?>
--EXPECT--
array(0) {
}
{"create":[],"droppable":[]}
node idx_node_name name droppable
0 to make, may go: DROP INDEX IF EXISTS `idx_node_name`
an option: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "x"; there are none here
