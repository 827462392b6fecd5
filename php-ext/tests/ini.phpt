--TEST--
The settings of php.ini have their values, and no script changes them
--EXTENSIONS--
traffic_engine
--INI--
traffic_engine.memory_limit_mb=64
traffic_engine.data_dir=/nowhere
--FILE--
<?php
foreach (ini_get_all('traffic_engine') as $name => $setting) {
    echo $name, ' ', var_export($setting['local_value'], true), ' ',
        $setting['access'] === INI_SYSTEM ? 'system' : 'other', "\n";
    var_dump(ini_set($name, '1'), ini_get($name) === $setting['local_value']);
}
?>
--EXPECT--
traffic_engine.data_dir '/nowhere' system
bool(false)
bool(true)
traffic_engine.log '' system
bool(false)
bool(true)
traffic_engine.memory_limit_mb '64' system
bool(false)
bool(true)
