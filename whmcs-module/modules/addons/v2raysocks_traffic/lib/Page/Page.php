<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** A page: sections of HTML, each made by itself. */
interface Page
{
    /** @return list<callable(): string> */
    public function sections(): array;
}
