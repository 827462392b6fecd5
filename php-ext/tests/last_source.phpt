--TEST--
lastSource() is about the last answer, whatever it was
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
$engine = TrafficEngine\Engine::open(config($path, ['data_dir' => $folder, 'background' => false, 'cache_entries' => 10]));
$show = static function (string $after) use ($engine): void {
    echo $after, ': ', $engine->lastSource()['path'] ?? 'null', "\n";
};
$show('nothing');
foreach (['', 'Json'] as $way) {
    $engine->{"rankUsers$way"}();
    $show("rankUsers$way");
    foreach (['range', 'stats', 'schemaPlan', 'cacheStats'] as $question) {
        $engine->{"rankUsers$way"}();
        $engine->{$question . $way}();
        $show($question . $way);
    }
    $moment = $engine->refresh(['verify' => true]);
    if ($way !== '') {
        $engine->range();
        $moment = json_decode($engine->refreshJson(), true);
    }
    $show("refresh$way");
    $source = $engine->lastSource();
    var_dump([$source['generation'], $source['watermark']] === [$moment['generation'], $moment['watermark']]);
}
$engine->jsonPieces('traffic');
$show('pieces');
$engine->jsonPieces('range');
$show('pieces of range');
$engine->live();
failure('a refusal', fn () => $engine->rankUsers(['limit' => -1]));
$show('a refusal');
?>
--EXPECT--
nothing: null
rankUsers: snapshot
range: null
stats: snapshot
schemaPlan: null
cacheStats: null
refresh: snapshot
bool(true)
rankUsersJson: snapshot
rangeJson: null
statsJson: snapshot
schemaPlanJson: null
cacheStatsJson: null
refreshJson: snapshot
bool(true)
pieces: snapshot
pieces of range: null
a refusal: TrafficEngine\InvalidRequestException [bad_limit]
    "-1" is not a limit; give a number of rows, or all, which 0 means too
a refusal: snapshot
