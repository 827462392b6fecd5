<?php

declare(strict_types=1);

/*
 * What WHMCS has ready before it loads an addon: its constants, its database and its helper
 * functions. Made up from WHMCS's developer documentation; nothing here is WHMCS's own code.
 *
 * Environment: TRAFFIC_ENGINE_TEST_MYSQL (see scripts/with-mariadb), WHMCS_DATABASE (the database
 * of the installation) and WHMCS_ROOT (the folder that holds `modules`).
 */

use Illuminate\Database\Capsule\Manager;

define('WHMCS', true);
define('ROOTDIR', (string) getenv('WHMCS_ROOT'));

require_once 'Illuminate/Database/autoload.php';
class_alias(Manager::class, 'WHMCS\Database\Capsule');
require_once __DIR__ . '/functions.php';

(static function (): void {
    $server = parse_url((string) getenv('TRAFFIC_ENGINE_TEST_MYSQL'));
    $capsule = new Manager();
    $capsule->addConnection([
        'driver' => 'mysql',
        'host' => $server['host'],
        'port' => $server['port'],
        'username' => $server['user'],
        'password' => $server['pass'],
        'database' => getenv('WHMCS_DATABASE'),
        'charset' => 'utf8mb4',
        'collation' => 'utf8mb4_unicode_ci',
    ]);
    $capsule->setAsGlobal();
})();
