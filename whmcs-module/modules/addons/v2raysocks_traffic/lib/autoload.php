<?php

declare(strict_types=1);

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// PSR-4 for this folder alone: WHMCS loads addons without Composer.
spl_autoload_register(static function (string $class): void {
    $prefix = 'V2RaySocksTraffic\\';
    if (!str_starts_with($class, $prefix)) {
        return;
    }
    $file = __DIR__ . '/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
    if (is_file($file)) {
        require_once $file;
    }
});
