--TEST--
Each question gives the same answer as PHP values, as JSON and as JSON in pieces
--EXTENSIONS--
pdo_sqlite
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

/** What JSON tells of `$value`: there, a float without fraction is an int. */
function plain(mixed $value): mixed
{
    return match (true) {
        is_array($value) => array_map('plain', $value),
        is_float($value) && $value === floor($value) => (int) $value,
        default => $value,
    };
}

$engine = engine();
$asked = [];
foreach (questions() as $question => $options) {
    $array = $engine->$question($options);
    $json = $engine->{$question . 'Json'}($options);
    $decoded = json_decode($json, true, flags: JSON_THROW_ON_ERROR);
    if (!is_array($array) || $array === [] || plain($array) !== plain($decoded)) {
        echo "$question differs:\n", var_export($array, true), "\n$json\n";
    }
    $pieces = $engine->jsonPieces(strtolower(preg_replace('/[A-Z]/', '_$0', $question)), $options);
    $joined = '';
    while (($piece = $pieces->next()) !== null) {
        $joined .= $piece;
    }
    if ($joined !== $json || $pieces->next() !== null) {
        echo "$question in pieces differs:\n$joined\n$json\n";
    }
    $asked[] = $question;
}
echo implode(' ', $asked), "\n";

// No question was forgotten: each method but these has a twin.
$methods = array_column((new ReflectionClass($engine))->getMethods(), 'name');
$twins = array_filter($methods, fn ($name) => in_array("{$name}Json", $methods, true));
echo 'not here: ', implode(' ', array_diff($twins, $asked)), "\n";

failure('pieces of nothing', fn () => $engine->jsonPieces('rank_everybody'));
failure('pieces of a typo', fn () => $engine->jsonPieces('live', ['x' => null]));
$pieces = $engine->jsonPieces('rank_users');
failure('new', fn () => new TrafficEngine\JsonPieces());
failure('clone', fn () => clone $pieces);
failure('serialize', fn () => serialize($pieces));
var_dump($pieces);

var_dump($engine->userDetails(['user_id' => 99]), $engine->userDetailsJson(['user_id' => 99]));
?>
--EXPECTF--
rankUsers rankNodes aggregate live today total peak nodes nodeTable usageRecords traffic groupedTraffic dayTraffic range userChart nodeChart userDetails nodeDetails
not here: refresh stats schemaPlan schemaStatus schemaApply schemaDrop cacheStats cacheInvalidate rollupUpdate rollupBackfill rollupPrune rollupStatus
pieces of nothing: TrafficEngine\InvalidRequestException [unknown_question]
    unknown question "rank_everybody"; use one of: rank_users, rank_nodes, aggregate, user_chart, node_chart, live, today, total, peak, nodes, node_table, user_details, node_details, usage_records, traffic, grouped_traffic, day_traffic, range, refresh, stats, schema_plan, schema_status, schema_apply, schema_drop, cache_stats, cache_invalidate, rollup_update, rollup_backfill, rollup_prune, rollup_status
pieces of a typo: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "x"; there are none here
new: Exception
    You cannot instantiate this class from PHP.
clone: Error
    Trying to clone an uncloneable object of class TrafficEngine\JsonPieces
serialize: Exception
    Serialization of 'TrafficEngine\JsonPieces' is not allowed
object(TrafficEngine\JsonPieces)#%d (0) {
}
NULL
string(4) "null"
