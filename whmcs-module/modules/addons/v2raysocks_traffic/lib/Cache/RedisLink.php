<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Cache;

use V2RaySocksTraffic\Log;
use V2RaySocksTraffic\Settings;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The configured Redis and no other. Once it failed it is left alone for a while by all requests. */
final class RedisLink
{
    private const RETRY_AFTER_S = 30;
    /** What one request in half a minute pays for all while Redis is away. */
    private const TIMEOUT_S = 0.1;
    private const READ_TIMEOUT_S = 0.25;

    private ?\Redis $redis = null;
    private bool $wasTried = false;

    public function __construct(private readonly Settings $settings)
    {
    }

    /** The connected Redis, or null when there is none to be had now. */
    public function get(): ?\Redis
    {
        if (!$this->wasTried) {
            $this->wasTried = true;
            $this->redis = $this->connect();
        }
        return $this->redis;
    }

    /** Drops a link that failed. */
    public function failed(): void
    {
        $this->redis = null;
        if ($this->settings->get('redis_failed_at') === '') {
            $this->settings->remember('redis_failed_at', (string) time());
            Log::activity('Redis does not answer, nothing is cached until it does; check its address and password');
        }
        $this->settings->remember('redis_retry_at', (string) (time() + self::RETRY_AFTER_S));
    }

    private function connect(): ?\Redis
    {
        [$host, $port] = [$this->settings->get('redis_ip'), (int) $this->settings->get('redis_port')];
        $isPath = str_starts_with($host, '/');
        $isConfigured = $host !== '' && ($isPath || $port > 0);
        if (!$isConfigured || !class_exists(\Redis::class) || (int) $this->settings->get('redis_retry_at') > time()) {
            return null;
        }
        try {
            return $this->opened($host, $isPath ? 0 : $port);
        } catch (\RedisException) {
            $this->failed();
            return null;
        }
    }

    /** @throws \RedisException */
    private function opened(string $host, int $port): \Redis
    {
        $hadFailed = $this->settings->get('redis_failed_at') !== '';
        $redis = new \Redis();
        // A refused connection is a warning as well, which is no news to the admin's page.
        $isOpen = @$redis->connect($host, $port, self::TIMEOUT_S, null, 0, self::READ_TIMEOUT_S);
        $password = $this->settings->get('redis_password');
        if (!$isOpen || ($password !== '' && !$redis->auth($password)) || $redis->ping() === false) {
            throw new \RedisException('no answer');
        }
        if ($hadFailed) {
            $this->settings->remember('redis_failed_at', '');
            $this->settings->remember('redis_retry_at', '');
            Log::activity('Redis answers again');
        }
        return $redis;
    }
}
