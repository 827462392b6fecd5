<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Number;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What tells the rows of a day from others. */
final class DayPrint
{
    public function __construct(
        public readonly string $zone,
        /** Rows, upload, download and hash, with colons between; nothing where the day must be summed anew. */
        public readonly string $text,
        /** Rows that merged the day of a user. */
        public readonly int $dayRecords,
        /** Their bytes both ways, in decimal. */
        public readonly string $dayTraffic,
    ) {
    }

    public static function ofNoRows(string $zone): self
    {
        return new self($zone, '0:0:0:0', 0, '0');
    }

    public function equals(?self $other): bool
    {
        return $other !== null && $this->zone === $other->zone && $this->text === $other->text;
    }

    /** Whether rows were merged since another print was taken; none is known where there is none. */
    public function hasMergedSince(?self $before): bool
    {
        if ($before === null) {
            return $this->dayRecords > 0;
        }
        return $this->zone === $before->zone && ($this->dayRecords > $before->dayRecords
            || Number::sum($this->dayTraffic) > Number::sum($before->dayTraffic));
    }

    /** Bytes merged since another print of the same zone was taken; less than 0 where that is not known. */
    public function mergedSince(?self $before): int|float
    {
        return $before === null || $this->zone !== $before->zone
            ? -1
            : Number::sum($this->dayTraffic) - Number::sum($before->dayTraffic);
    }
}
