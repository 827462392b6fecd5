<?php

declare(strict_types=1);

/*
 * In place of the extension: an engine that refuses rankings with the code that the environment's WHMCS_ENGINE_CODE
 * names, and says hosts and names as careless programs do. Each question adds a line to WHMCS_ENGINE_TRIES.
 */

namespace TrafficEngine;

class Exception extends \RuntimeException
{
    public function getErrorCode(): string
    {
        return (string) getenv('WHMCS_ENGINE_CODE');
    }
}
class StoreException extends Exception
{
}

final class Engine
{
    private function __construct(private readonly array $config)
    {
    }

    public static function open(array $config): self
    {
        return new self($config);
    }

    public function __call(string $method, array $arguments): array
    {
        file_put_contents((string) getenv('WHMCS_ENGINE_TRIES'), "$method\n", FILE_APPEND | LOCK_EX);
        if (!in_array($method, ['rankUsers', 'stats'], true)) {
            return ['by' => 'the engine'];
        }
        throw new StoreException("cannot reach {$this->config['store']} at /var/lib/snapshots/x: no luck with {$this->config['password']}");
    }

    public static function version(): string
    {
        return '0.0.0-refusing';
    }
}
