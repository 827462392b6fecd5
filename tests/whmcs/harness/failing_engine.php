<?php

declare(strict_types=1);

/*
 * In place of the extension: an engine that fails at whatever it is asked.
 *
 * Each try adds a line to the file that the environment's WHMCS_ENGINE_TRIES names. The text of the failure
 * holds a password, as those of careless programs do.
 */

namespace TrafficEngine;

class Exception extends \RuntimeException
{
    public function getErrorCode(): string
    {
        return 'internal';
    }
}
class InternalException extends Exception
{
}

final class Engine
{
    public static function open(array $config): self
    {
        file_put_contents((string) getenv('WHMCS_ENGINE_TRIES'), "open\n", FILE_APPEND | LOCK_EX);
        if (getenv('WHMCS_ENGINE_OPENS') === 'no') {
            throw new InternalException('cannot open: ' . json_encode($config));
        }
        return new self();
    }

    public function __call(string $method, array $arguments): never
    {
        throw new InternalException("$method failed: disk on fire");
    }

    public static function version(): string
    {
        return '0.0.0-failing';
    }
}
