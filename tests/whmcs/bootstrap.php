<?php

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    $prefix = 'TrafficEngine\\Whmcs\\Tests\\';
    if (str_starts_with($class, $prefix)) {
        $path = str_replace('\\', '/', substr($class, strlen($prefix)));
        require __DIR__ . "/src/$path.php";
    }
});
