<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** HTML whose texts are escaped already. */
final class Markup
{
    public function __construct(public readonly string $html)
    {
    }
}
