--TEST--
Options that cannot be understood are refused in words, by both names of a question
--EXTENSIONS--
pdo_sqlite
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

$engine = engine();
foreach ([
    ['rankUsers', ['sort_by' => 'size']],
    ['rankNodes', ['sort_by' => 'size']],
    ['rankUsers', ['limit' => -5]],
    ['rankUsers', ['limit' => 'some']],
    ['rankUsers', ['limit' => true]],
    ['rankUsers', ['limit' => 1.5]],
    ['rankUsers', ['limit' => []]],
    ['rankUsers', ['Limit' => 1]],
    ['rankUsers', [7]],
    ['rankUsers', ["sort\0by" => 'x']],
    ['rankUsers', ['sort_by' => "\xff"]],
    ['rankUsers', ['time_range' => 'someday']],
    ['rankUsers', ['time_range' => 'custom', 'start_date' => '2025-13-01', 'end_date' => '2025-06-01']],
    ['rankUsers', ['start_date' => 20250601]],
    ['rankUsers', ['time_range' => 'custom', 'start_date' => '2025-06-03', 'end_date' => '2025-06-01']],
    ['rankUsers', ['start_timestamp' => NOW, 'end_timestamp' => NOW - 1]],
    ['rankUsers', ['start_timestamp' => 'noon']],
    ['aggregate', ['group_by' => 'moon']],
    ['userChart', []],
    ['userChart', ['user_id' => 'me']],
    ['userChart', ['user_id' => '9223372036854775808']],
    ['nodeChart', ['user_id' => 1]],
    ['userDetails', []],
    ['nodeDetails', ['node_id' => null]],
    ['live', ['time_range' => 'today']],
    ['total', ['x' => null]],
    ['traffic', ['enhanced' => 'yes']],
    ['refresh', ['verify' => 1]],
    ['stats', ['all' => true]],
] as [$question, $options]) {
    $title = $question . ' ' . json_encode($options, JSON_INVALID_UTF8_SUBSTITUTE);
    failure($title, fn () => $engine->$question($options));
    ob_start();
    failure($title, fn () => $engine->{$question . 'Json'}($options));
    $json = ob_get_clean();
    ob_start();
    failure($title, fn () => $engine->$question($options));
    if ($json !== ob_get_clean()) {
        echo "    but as JSON: $json";
    }
}
foreach (['a text', 7, true, new stdClass()] as $options) {
    failure(get_debug_type($options), fn () => $engine->rankUsers($options));
}
failure('two arguments', fn () => $engine->rankUsers([], []));
failure('an unknown method', fn () => $engine->rankEverybody());
?>
--EXPECT--
rankUsers {"sort_by":"size"}: TrafficEngine\InvalidRequestException [unknown_sort]
    unknown sort order "size" for users; use one of: traffic_desc, traffic_asc, remaining_desc, remaining_asc, nodes_desc, recent_activity
rankNodes {"sort_by":"size"}: TrafficEngine\InvalidRequestException [unknown_sort]
    unknown sort order "size" for nodes; use one of: traffic_desc, traffic_asc, remaining_desc, remaining_asc, users_desc, name_asc
rankUsers {"limit":-5}: TrafficEngine\InvalidRequestException [bad_limit]
    "-5" is not a limit; give a number of rows, or all, which 0 means too
rankUsers {"limit":"some"}: TrafficEngine\InvalidRequestException [bad_limit]
    "some" is not a limit; give a number of rows, or all, which 0 means too
rankUsers {"limit":true}: TrafficEngine\InvalidRequestException [bad_option]
    option "limit" is a bool; give a text
rankUsers {"limit":1.5}: TrafficEngine\InvalidRequestException [bad_option]
    option "limit" is neither a text, a number, a bool, a list of texts nor null
rankUsers {"limit":[]}: TrafficEngine\InvalidRequestException [bad_option]
    option "limit" is a list; give a text
rankUsers {"Limit":1}: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "Limit"; use one of: time_range, start_date, end_date, start_timestamp, end_timestamp, sort_by, limit
rankUsers [7]: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "0"; use one of: time_range, start_date, end_date, start_timestamp, end_timestamp, sort_by, limit
rankUsers {"sort\u0000by":"x"}: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "sort\0by"; use one of: time_range, start_date, end_date, start_timestamp, end_timestamp, sort_by, limit
rankUsers {"sort_by":"\ufffd"}: TrafficEngine\InvalidRequestException [bad_option]
    option "sort_by" is not valid UTF-8
rankUsers {"time_range":"someday"}: TrafficEngine\InvalidRequestException [unknown_range]
    unknown time range "someday"; use one of: today, yesterday, week or 7days, halfmonth or 15days, month or 30days or month_including_today, current_month, last_N_hours, last_hour, 5min, 10min, 30min, 1hour, 2hours, 6hours, 12hours, a number of minutes, all, custom, time_range
rankUsers {"time_range":"custom","start_date":"2025-13-01","end_date":"2025-06-01"}: TrafficEngine\InvalidRequestException [bad_date]
    "2025-13-01" is not a date; write it as YYYY-MM-DD, for example 2025-08-31
rankUsers {"start_date":20250601}: TrafficEngine\InvalidRequestException [bad_date]
    "20250601" is not a date; write it as YYYY-MM-DD, for example 2025-08-31
rankUsers {"time_range":"custom","start_date":"2025-06-03","end_date":"2025-06-01"}: TrafficEngine\InvalidRequestException [start_after_end]
    the time range starts at 1748908800 (2025-06-03 00:00:00 UTC), after its end at 1748822399 (2025-06-01 23:59:59 UTC); swap or correct the two
rankUsers {"start_timestamp":1750000000,"end_timestamp":1749999999}: TrafficEngine\InvalidRequestException [start_after_end]
    the time range starts at 1750000000 (2025-06-15 15:06:40 UTC), after its end at 1749999999 (2025-06-15 15:06:39 UTC); swap or correct the two
rankUsers {"start_timestamp":"noon"}: TrafficEngine\InvalidRequestException [bad_option]
    option "start_timestamp" is "noon"; give a whole number
aggregate {"group_by":"moon"}: TrafficEngine\InvalidRequestException [unknown_group_by]
    unknown grouping "moon"; use one of: user, node, time, hourly
userChart []: TrafficEngine\InvalidRequestException [bad_option]
    option "user_id" is missing; give a whole number
userChart {"user_id":"me"}: TrafficEngine\InvalidRequestException [bad_option]
    option "user_id" is "me"; give a whole number
userChart {"user_id":"9223372036854775808"}: TrafficEngine\InvalidRequestException [bad_option]
    option "user_id" is "9223372036854775808"; give a whole number
nodeChart {"user_id":1}: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "user_id"; use one of: time_range, start_date, end_date, start_timestamp, end_timestamp, node_id, grain
userDetails []: TrafficEngine\InvalidRequestException [bad_option]
    option "user_id" is missing; give a whole number
nodeDetails {"node_id":null}: TrafficEngine\InvalidRequestException [bad_option]
    option "node_id" is missing; give a whole number
live {"time_range":"today"}: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "time_range"; there are none here
total {"x":null}: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "x"; there are none here
traffic {"enhanced":"yes"}: TrafficEngine\InvalidRequestException [bad_option]
    option "enhanced" is no bool; give true or false
refresh {"verify":1}: TrafficEngine\InvalidRequestException [bad_option]
    option "verify" is no bool; give true or false
stats {"all":true}: TrafficEngine\InvalidRequestException [bad_option]
    unknown option "all"; there are none here
string: TypeError
    Invalid value given for argument `options`.
int: TypeError
    Invalid value given for argument `options`.
bool: TypeError
    Invalid value given for argument `options`.
stdClass: TypeError
    Invalid value given for argument `options`.
two arguments: ArgumentCountError
    TrafficEngine\Engine::rankUsers() expects at most 1 argument, 2 given
an unknown method: Error
    Call to undefined method TrafficEngine\Engine::rankEverybody()
