--TEST--
phpinfo() shows version, engines and settings, and no credentials
--EXTENSIONS--
traffic_engine
--INI--
traffic_engine.data_dir=/nowhere
--FILE--
<?php
TrafficEngine\Engine::open(['store' => 'mysql://somebody:hush@db.example/v2r', 'timezone' => 'UTC']);
ob_start();
phpinfo(INFO_MODULES);
$info = ob_get_clean();
var_dump(str_contains($info, 'hush'), str_contains($info, 'somebody'), str_contains($info, 'db.example'));
preg_match('/^traffic_engine\n\n(.*?)\n\n/ms', $info, $section);
echo $section[1], "\n";
?>
--EXPECTF--
bool(false)
bool(false)
bool(false)
Traffic Engine => enabled
Version => %d.%d.%d
Engines open in this process => 1
traffic_engine.data_dir => /nowhere
traffic_engine.memory_limit_mb => 80
traffic_engine.log => no value
