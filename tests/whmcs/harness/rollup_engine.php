<?php

declare(strict_types=1);

/*
 * In place of the extension: an engine that is asked for pre-aggregates alone.
 *
 * Each call adds a line to the file that the environment's WHMCS_ENGINE_CALLS names; where WHMCS_ENGINE_FAILS is set,
 * it fails after that.
 */

namespace TrafficEngine;

final class Engine
{
    public static function open(array $config): self
    {
        return new self();
    }

    public function rollupUpdate(array $options = []): array
    {
        return self::note('update', $options);
    }

    public function rollupPrune(array $options = []): array
    {
        return self::note('prune', $options);
    }

    private static function note(string $call, array $options): array
    {
        file_put_contents((string) getenv('WHMCS_ENGINE_CALLS'), $call . json_encode($options) . "\n", FILE_APPEND | LOCK_EX);
        return getenv('WHMCS_ENGINE_FAILS') === false ? [] : throw new \RuntimeException('no space left on the moon');
    }
}
