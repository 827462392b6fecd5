--TEST--
A snapshot answers as the database does, and says that it did
--EXTENSIONS--
pdo_sqlite
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

$path = database();
$folder = "$path-snapshot";
register_shutdown_function(static function () use ($folder): void {
    array_map('unlink', glob("$folder/*/*"));
    array_map('rmdir', glob("$folder/*"));
    rmdir($folder);
});
$plain = TrafficEngine\Engine::open(config($path));
var_dump($plain->lastSource(), $plain->snapshotFailure());
$engine = TrafficEngine\Engine::open(config($path, ['data_dir' => $folder, 'background' => false]));
var_dump(array_keys($engine->refresh()), array_keys($engine->refresh(['verify' => true])));
foreach (questions() as $question => $options) {
    if ($engine->$question($options) !== $plain->$question($options)) {
        echo "$question differs\n";
    }
    if ($engine->{$question . 'Json'}($options) !== $plain->{$question . 'Json'}($options)) {
        echo "{$question}Json differs\n";
    }
}
$engine->rankUsers();
var_dump($engine->lastSource()['path'], $engine->snapshotFailure());
$plain->rankUsers();
var_dump($plain->lastSource()['path'] === 'snapshot');
foreach ($engine->stats() as $key => $value) {
    echo $key, ': ', get_debug_type($value), "\n";
}
?>
--EXPECT--
NULL
NULL
array(5) {
  [0]=>
  string(10) "generation"
  [1]=>
  string(9) "watermark"
  [2]=>
  string(6) "age_ms"
  [3]=>
  string(15) "verified_age_ms"
  [4]=>
  string(12) "detail_since"
}
array(5) {
  [0]=>
  string(10) "generation"
  [1]=>
  string(9) "watermark"
  [2]=>
  string(6) "age_ms"
  [3]=>
  string(15) "verified_age_ms"
  [4]=>
  string(12) "detail_since"
}
string(8) "snapshot"
NULL
bool(false)
folder: string
moment: array
rows: int
segments: int
hour_cells: int
day_cells: int
month_cells: int
bytes: int
verify_ms: float
history: array
