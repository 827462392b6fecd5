<?php

/**
 * What WHMCS offers the addon, for static analysis alone: names and types from its developer
 * documentation, nothing that runs. The stand-in that runs is in harness/.
 */

declare(strict_types=1);

namespace WHMCS\Database {
    class Capsule extends \Illuminate\Database\Capsule\Manager
    {
    }
}

namespace {
    const WHMCS = true;
    const ROOTDIR = '/';

    function logActivity(string $message, ?int $clientId = null): void
    {
    }

    /** @param callable(array<string, mixed>): mixed $function */
    function add_hook(string $hookPoint, int $priority, callable $function): void
    {
    }

    function decrypt(string $string, string $key = ''): string
    {
        return '';
    }

    function generate_token(string $type = 'form'): string
    {
        return '';
    }

    /** Ends the request where the token is wrong. */
    function check_token(string $namespace = 'WHMCS.default', ?string $token = null): mixed
    {
        return null;
    }
}
