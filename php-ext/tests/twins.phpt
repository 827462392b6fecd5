--TEST--
Each question gives the same answer as PHP values and as JSON
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
    $asked[] = $question;
}
echo implode(' ', $asked), "\n";

// No question was forgotten: each method but these has a twin.
$methods = array_column((new ReflectionClass($engine))->getMethods(), 'name');
$twins = array_filter($methods, fn ($name) => in_array("{$name}Json", $methods, true));
echo 'not here: ', implode(' ', array_diff($twins, $asked)), "\n";

var_dump($engine->userDetails(['user_id' => 99]), $engine->userDetailsJson(['user_id' => 99]));
?>
--EXPECT--
rankUsers rankNodes aggregate live today total peak nodes nodeTable usageRecords traffic groupedTraffic dayTraffic range userChart nodeChart userDetails nodeDetails
not here: refresh stats
NULL
string(4) "null"
