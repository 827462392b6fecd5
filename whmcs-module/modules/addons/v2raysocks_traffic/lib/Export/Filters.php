<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Export;

use V2RaySocksTraffic\RequestParser;
use V2RaySocksTraffic\Time\RangeRequest;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The filters of an export, as they came. */
final class Filters
{
    /** @param array<string, mixed> $values */
    public function __construct(private readonly array $values, private readonly mixed $limit)
    {
    }

    public function text(string $name): ?string
    {
        return RequestParser::text($this->values[$name] ?? null);
    }

    /** The time range as text, with what it is when none was asked for. */
    public function timeRange(string $default): string
    {
        return $this->text('time_range') ?? $default;
    }

    public function range(string $word): RangeRequest
    {
        return RequestParser::range(
            $word,
            $this->values['start_date'] ?? null,
            $this->values['end_date'] ?? null,
            $this->values['start_timestamp'] ?? null,
            $this->values['end_timestamp'] ?? null,
        );
    }

    /** Rows wanted, null for all. */
    public function limit(): ?int
    {
        return RequestParser::limit($this->limit) ?? RequestParser::limit($this->values['limit'] ?? null);
    }

    /** @return array<string, mixed> */
    public function all(): array
    {
        return $this->values;
    }

    /** @return array<string, mixed> those that are not empty */
    public function given(): array
    {
        return array_filter($this->values);
    }
}
