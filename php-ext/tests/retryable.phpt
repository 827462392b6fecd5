--TEST--
An exception says whether the same call may succeed later, and the log keeps what is worth a look
--EXTENSIONS--
pdo_sqlite
traffic_engine
--INI--
traffic_engine.log={PWD}/retryable.log
--FILE--
<?php
require __DIR__ . '/usage.inc';

use TrafficEngine\{Engine, StoreException};

$log = __DIR__ . '/retryable.log';
$thrown = static function (callable $ask): TrafficEngine\Exception {
    try {
        $ask();
    } catch (TrafficEngine\Exception $thrown) {
        return $thrown;
    }
};
$path = database();
$usage = $thrown(fn () => Engine::open(config($path))->rankUsers(['limit' => -1]));
var_dump($usage->isRetryable(), file_get_contents($log));
$away = $thrown(fn () => Engine::open(config($path, ['store' => 'mysql://u@127.0.0.1:1/x']))->live());
var_dump($away->getErrorCode(), $away->isRetryable());
echo preg_replace('/^\S+\s+/', '', file_get_contents($log));
$missing = $thrown(fn () => Engine::open(config('/nowhere/x.db'))->live());
var_dump($missing->getErrorCode(), $missing->isRetryable());
var_dump((new StoreException('mine'))->isRetryable(), unserialize(serialize($away))->isRetryable());
?>
--CLEAN--
<?php
@unlink(__DIR__ . '/retryable.log');
?>
--EXPECTF--
bool(false)
string(0) ""
string(11) "unreachable"
bool(true)
WARN %s code="unreachable"
string(11) "cannot_open"
bool(false)
bool(false)
bool(true)
