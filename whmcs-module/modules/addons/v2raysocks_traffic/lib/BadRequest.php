<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** A question that cannot be understood. Its message is meant for the admin who asked. */
final class BadRequest extends \InvalidArgumentException
{
}
