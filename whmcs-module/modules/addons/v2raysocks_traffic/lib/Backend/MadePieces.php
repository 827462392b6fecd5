<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use TrafficEngine\JsonPieces;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * JSON text of an answer that the extension has ready: writing it out cannot fail any more.
 *
 * @implements \IteratorAggregate<int, string>
 */
final class MadePieces implements \IteratorAggregate
{
    public function __construct(private readonly JsonPieces $pieces)
    {
    }

    public function getIterator(): \Generator
    {
        while (($piece = $this->pieces->next()) !== null) {
            yield $piece;
        }
    }
}
