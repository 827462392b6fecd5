<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Http;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** A value that is JSON text already, in pieces. */
final class JsonStream
{
    /** @param iterable<string> $pieces */
    public function __construct(public readonly iterable $pieces)
    {
    }
}
