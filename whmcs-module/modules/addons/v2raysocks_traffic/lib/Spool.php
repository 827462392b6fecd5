<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * An answer that is kept until all of it was made: in memory at first, then in a temporary file. Every write is
 * checked, so that a full disk is an error and never an answer that ends too early.
 */
final class Spool
{
    private const MEMORY_BYTES = 1048576;

    private string $memory = '';
    /** @var resource|null */
    private $file = null;
    private int $bytesInFile = 0;

    /** @throws Unavailable when the folder for temporary files has no room */
    public function write(string $text): void
    {
        $this->memory .= $text;
        if (strlen($this->memory) >= self::MEMORY_BYTES) {
            $this->moveToFile();
        }
    }

    /** Bytes that will be sent. */
    public function bytes(): int
    {
        return $this->bytesInFile + strlen($this->memory);
    }

    /** Prints everything. */
    public function send(): void
    {
        if ($this->file !== null) {
            rewind($this->file);
            fpassthru($this->file);
        }
        echo $this->memory;
    }

    private function moveToFile(): void
    {
        $file = $this->file ??= @tmpfile() ?: throw Unavailable::noTemporaryRoom();
        // PHP's own notice of a full disk is replaced by ours.
        if (@fwrite($file, $this->memory) !== strlen($this->memory)) {
            throw Unavailable::noTemporaryRoom();
        }
        $this->bytesInFile += strlen($this->memory);
        $this->memory = '';
    }
}
