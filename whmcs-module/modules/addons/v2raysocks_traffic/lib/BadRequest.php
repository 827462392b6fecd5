<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** A question that cannot be understood. Its message is meant for the admin who asked. */
final class BadRequest extends \InvalidArgumentException
{
    /** Longer texts repeat what somebody sent. */
    private const CHARS = 300;

    public function __construct(string $message, int $code = 0, ?\Throwable $previous = null)
    {
        parent::__construct(mb_strimwidth(mb_scrub($message), 0, self::CHARS, '…'), $code, $previous);
    }
}
