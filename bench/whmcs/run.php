<?php

declare(strict_types=1);

/*
 * Measures the WHMCS addon with the extension and without it, and the original's way beside them, in one run.
 * Usage: run.php GENERATOR EXTENSION      by `make bench-whmcs`, which brings the servers
 */

namespace TrafficEngine\Bench;

use TrafficEngine\Whmcs\Tests\Root;

require dirname(__DIR__, 2) . '/tests/whmcs/bootstrap.php';
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, __NAMESPACE__ . '\\')) {
        require __DIR__ . '/src/' . substr($class, strlen(__NAMESPACE__) + 1) . '.php';
    }
});

[, $generator, $extension] = $argv;
$report = new Report();
$shop = new Shop($generator);
foreach (Measurement::USERS as $users) {
    $report->progress("$users users: making " . Shop::ROWS . ' rows');
    $shop->make($users);
}
$snapshot = Root::temporary('bench-snapshot');
$hosts = new Hosts(
    extension: new Host($shop, $extension, $snapshot),
    arrays: new Host($shop, $extension, $snapshot),
    pure: new Host($shop),
    original: new Host($shop),
);
$measurement = new Measurement($hosts, $report);
$measurement->idle();
foreach (Measurement::USERS as $users) {
    $shop->choose($users);
    $measurement->ranking($users);
}
$measurement->allUsers($users);
$hosts->stop();
exit($report->finish(dirname(__DIR__) . '/results/whmcs.json') ? 0 : 1);
