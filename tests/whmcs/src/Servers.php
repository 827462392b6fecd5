<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PDO;
use Redis;
use RuntimeException;

/** The private database and cache servers the tests are run beside. */
final class Servers
{
    /** @return array{host: string, port: int, user: string, pass: string} */
    public static function database(): array
    {
        return self::address('TRAFFIC_ENGINE_TEST_MYSQL', 'scripts/with-mariadb');
    }

    /** @return array{host: string, port: int, pass: string} */
    public static function cache(): array
    {
        return self::address('TRAFFIC_ENGINE_TEST_REDIS', 'scripts/with-redis');
    }

    public static function connect(string $database = ''): PDO
    {
        ['host' => $host, 'port' => $port, 'user' => $user, 'pass' => $password] = self::database();
        return new PDO("mysql:host=$host;port=$port;dbname=$database;charset=utf8mb4", $user, $password);
    }

    public static function redis(): Redis
    {
        ['host' => $host, 'port' => $port, 'pass' => $password] = self::cache();
        $redis = new Redis();
        $redis->connect($host, $port);
        $redis->auth($password);
        return $redis;
    }

    /** Everything in the cache, as text. */
    public static function cacheContent(): string
    {
        $redis = self::redis();
        $content = '';
        foreach ($redis->keys('*') as $key) {
            $value = match ($redis->type($key)) {
                Redis::REDIS_STRING => $redis->get($key),
                Redis::REDIS_HASH => $redis->hGetAll($key),
                Redis::REDIS_SET => $redis->sMembers($key),
                default => '',
            };
            $content .= $key . "\n" . (is_string($value) ? $value : serialize($value)) . "\n";
        }
        return $content;
    }

    private static function address(string $variable, string $script): array
    {
        $url = getenv($variable);
        if ($url === false) {
            throw new RuntimeException("$variable is not set; run scripts/test-whmcs, or phpunit by $script");
        }
        return parse_url($url);
    }
}
