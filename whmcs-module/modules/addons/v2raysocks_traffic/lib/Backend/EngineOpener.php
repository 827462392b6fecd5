<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use TrafficEngine\Engine;
use V2RaySocksTraffic\Server;
use V2RaySocksTraffic\Settings;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Opens the extension's engine for a server; the extension keeps one a process and configuration. */
final class EngineOpener
{
    public static function isLoaded(): bool
    {
        // Without autoloading, which would look for a file of that name.
        return class_exists(Engine::class, false);
    }

    public static function open(Server $server, Settings $settings): Engine
    {
        $config = [
            'store' => $server->url(),
            'password' => $server->password,
            'timezone' => date_default_timezone_get(),
            'refresh_interval_ms' => max(0, (int) $settings->filled('engine_refresh_interval_ms')),
        ];
        $directory = $settings->get('data_dir');
        return Engine::open($directory === '' ? $config : $config + ['data_dir' => $directory]);
    }
}
