--TEST--
A period is a word, two dates or two timestamps; half a period, and two of them, are refused
--EXTENSIONS--
pdo_sqlite
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

$engine = engine();
$dates = ['start_date' => '2025-06-14', 'end_date' => '2025-06-14'];
$seconds = ['start_timestamp' => NOW - 3 * HOUR_S, 'end_timestamp' => NOW - 2 * HOUR_S];
$traffic = fn (array $options) => array_column($engine->rankUsers($options), 'period_traffic', 'user_id');
echo json_encode($traffic($dates)), ' ', json_encode($traffic($seconds)), "\n";
var_dump($traffic($dates) === $traffic($dates + ['time_range' => 'custom']));
var_dump($traffic($seconds) === $traffic($seconds + ['time_range' => 'time_range']));
var_dump($traffic(['limit' => 0]) === $traffic(['limit' => 'all']));
foreach ([
    $dates + ['time_range' => 'month'],
    $seconds + ['time_range' => 'month'],
    $seconds + ['time_range' => 'custom'],
    $dates + ['time_range' => 'time_range'],
    ['time_range' => 'custom'],
    ['time_range' => 'custom', 'start_date' => '2025-06-14'],
    ['start_date' => '2025-06-14'],
    ['end_date' => '2025-06-14'],
    ['start_timestamp' => NOW],
    ['end_timestamp' => NOW],
    ['time_range' => 'time_range'],
    $dates + $seconds,
] as $options) {
    failure(json_encode($options), fn () => $engine->rankUsers($options));
    foreach (['traffic', 'dayTraffic', 'range', 'aggregate', 'usageRecords', 'groupedTraffic'] as $question) {
        ob_start();
        failure('', fn () => $engine->$question($options));
        if (!str_contains(ob_get_clean(), '[bad_option]')) {
            echo "$question answers\n";
        }
    }
}
$chart = fn (array $more) => implode(' ', $engine->userChart(['user_id' => 1] + $seconds + $more)['labels']);
echo $chart([]), ', ', $chart(['grain' => 'hour']), ', ', $chart(['grain' => 'day']), "\n";
echo implode(' ', array_keys($engine->groupedTraffic(['time_range' => 'today', 'grain' => 'day']))), "\n";
failure('another grain', fn () => $engine->nodeChart(['node_id' => 1, 'grain' => 'week']));
echo $engine->rangeJson($dates), "\n", $engine->rangeJson(['for' => 'traffic']), "\n";
failure('another reader', fn () => $engine->range(['for' => 'fun']));
?>
--EXPECT--
{"2":3000,"1":0,"3":0} {"2":300,"1":30,"3":0}
bool(true)
bool(true)
bool(true)
{"start_date":"2025-06-14","end_date":"2025-06-14","time_range":"month"}: TrafficEngine\InvalidRequestException [bad_option]
    time_range month is one period, start_date and end_date another; give one of the two
{"start_timestamp":1749989200,"end_timestamp":1749992800,"time_range":"month"}: TrafficEngine\InvalidRequestException [bad_option]
    time_range month is one period, start_timestamp and end_timestamp another; give one of the two
{"start_timestamp":1749989200,"end_timestamp":1749992800,"time_range":"custom"}: TrafficEngine\InvalidRequestException [bad_option]
    time_range custom is one period, start_timestamp and end_timestamp another; give one of the two
{"start_date":"2025-06-14","end_date":"2025-06-14","time_range":"time_range"}: TrafficEngine\InvalidRequestException [bad_option]
    time_range time_range is one period, start_date and end_date another; give one of the two
{"time_range":"custom"}: TrafficEngine\InvalidRequestException [bad_option]
    time_range custom is given without start_date and end_date; a period has both ends, so add start_date and end_date
{"time_range":"custom","start_date":"2025-06-14"}: TrafficEngine\InvalidRequestException [bad_option]
    start_date is given without end_date; a period has both ends, so add end_date
{"start_date":"2025-06-14"}: TrafficEngine\InvalidRequestException [bad_option]
    start_date is given without end_date; a period has both ends, so add end_date
{"end_date":"2025-06-14"}: TrafficEngine\InvalidRequestException [bad_option]
    end_date is given without start_date; a period has both ends, so add start_date
{"start_timestamp":1750000000}: TrafficEngine\InvalidRequestException [bad_option]
    start_timestamp is given without end_timestamp; a period has both ends, so add end_timestamp
{"end_timestamp":1750000000}: TrafficEngine\InvalidRequestException [bad_option]
    end_timestamp is given without start_timestamp; a period has both ends, so add start_timestamp
{"time_range":"time_range"}: TrafficEngine\InvalidRequestException [bad_option]
    time_range time_range is given without start_timestamp and end_timestamp; a period has both ends, so add start_timestamp and end_timestamp
{"start_date":"2025-06-14","end_date":"2025-06-14","start_timestamp":1749989200,"end_timestamp":1749992800}: TrafficEngine\InvalidRequestException [bad_option]
    start_date and end_date is one period, start_timestamp and end_timestamp another; give one of the two
13:00, 13:00, 2025-06-15
2025-06-15
another grain: TrafficEngine\InvalidRequestException [bad_option]
    option "grain" is "week"; give hour or day
{"range":"custom","start":1749859200,"end":1749945599,"start_local":"2025-06-14 00:00:00","end_local":"2025-06-14 23:59:59","timezone":"UTC"}
{"range":"today","start":1749945600,"end":null,"start_local":"2025-06-15 00:00:00","end_local":null,"timezone":"UTC"}
another reader: TrafficEngine\InvalidRequestException [bad_option]
    option "for" is "fun"; give traffic, ranking, node_chart or aggregation
