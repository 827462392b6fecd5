--TEST--
The indexes of the database are listed, judged, made and dropped
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
echo $engine->schemaApplyJson(['lock_wait_s' => 1, 'measure' => false, 'offline' => false]), "\n";
var_dump($engine->schemaApply() === ['created' => [], 'measured' => []]);
failure('no names', fn () => $engine->schemaDrop());
failure('numbers', fn () => $engine->schemaDrop(['names' => [1]]));
failure('a foreign name', fn () => $engine->schemaDrop(['names' => ['idx_node_name', 'theirs']]));
foreach ($engine->schemaDrop(['names' => ['x' => 'idx_node_name']]) as $index) {
    echo implode(' ', [$index['table'], $index['name'], ...$index['columns']]), "\n";
}
echo $engine->schemaStatusJson(), "\n";
?>
--EXPECT--
array(0) {
}
{"create":[],"droppable":[]}
node idx_node_name name droppable
0 to make, may go: DROP INDEX IF EXISTS `idx_node_name`
an option: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "x"; there are none here
{"created":[],"measured":[]}
bool(true)
no names: TrafficEngine\InvalidRequestException [bad_option]
    option "names" is missing; give the names of indexes
numbers: TrafficEngine\InvalidRequestException [bad_option]
    option "names" is neither a text, a number, a bool, a list of texts nor null
a foreign name: TrafficEngine\InvalidRequestException [unknown_index]
    no index "theirs" is ours to drop; use one of: idx_node_name
node idx_node_name name
[]
