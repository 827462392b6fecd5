--TEST--
A ranking has the contract's keys and PHP's types: ids are ints, bytes are floats
--EXTENSIONS--
pdo_sqlite
traffic_engine
--INI--
serialize_precision=-1
--FILE--
<?php
require __DIR__ . '/usage.inc';

$engine = engine();
$ranked = $engine->rankUsers(['time_range' => 'today', 'limit' => 1]);
var_dump($ranked);
echo $engine->rankUsersJson(['time_range' => 'today', 'limit' => 1]), "\n";
var_dump(array_column($engine->rankUsers(['time_range' => 'week', 'limit' => 'all']), 'period_traffic', 'user_id'));
var_dump(array_column($engine->rankUsers(['time_range' => 'week', 'sort_by' => 'traffic_asc', 'limit' => '2']), 'user_id'));
var_dump($engine->rankUsers() === $engine->rankUsers(null), $engine->rankUsers() === $engine->rankUsers([]));
// Whatever is null counts as not given, and a reference as what it refers to.
$limit = 1;
var_dump($engine->rankUsers(['limit' => &$limit, 'sort_by' => null, 'time_range' => 'today']) === $ranked);
?>
--EXPECT--
array(1) {
  [0]=>
  array(26) {
    ["user_id"]=>
    int(2)
    ["uuid"]=>
    string(36) "bbbbbbbb-0000-4000-8000-000000000002"
    ["sid"]=>
    int(102)
    ["total_upload_user"]=>
    float(0)
    ["total_download_user"]=>
    float(0)
    ["transfer_enable"]=>
    float(2000000)
    ["enable"]=>
    int(1)
    ["created_at"]=>
    int(1700000000)
    ["remark"]=>
    string(2) "é"
    ["speedlimitss"]=>
    string(0) ""
    ["speedlimitother"]=>
    string(0) ""
    ["period_upload"]=>
    float(100)
    ["period_download"]=>
    float(200)
    ["period_traffic"]=>
    float(300)
    ["traffic_5min"]=>
    float(0)
    ["traffic_1hour"]=>
    float(0)
    ["traffic_4hour"]=>
    float(300)
    ["nodes_used"]=>
    int(1)
    ["usage_records"]=>
    int(1)
    ["first_usage"]=>
    int(1749989200)
    ["last_usage"]=>
    int(1749989200)
    ["used_traffic"]=>
    float(0)
    ["remaining_quota"]=>
    float(2000000)
    ["quota_utilization"]=>
    float(0)
    ["has_activity"]=>
    bool(true)
    ["avg_traffic_per_node"]=>
    float(300)
  }
}
[{"user_id":2,"uuid":"bbbbbbbb-0000-4000-8000-000000000002","sid":102,"total_upload_user":0,"total_download_user":0,"transfer_enable":2000000,"enable":1,"created_at":1700000000,"remark":"é","speedlimitss":"","speedlimitother":"","period_upload":100,"period_download":200,"period_traffic":300,"traffic_5min":0,"traffic_1hour":0,"traffic_4hour":300,"nodes_used":1,"usage_records":1,"first_usage":1749989200,"last_usage":1749989200,"used_traffic":0,"remaining_quota":2000000,"quota_utilization":0.0,"has_activity":true,"avg_traffic_per_node":300.0}]
array(3) {
  [3]=>
  float(30000)
  [2]=>
  float(3300)
  [1]=>
  float(33)
}
array(2) {
  [0]=>
  int(1)
  [1]=>
  int(2)
}
bool(true)
bool(true)
bool(true)
