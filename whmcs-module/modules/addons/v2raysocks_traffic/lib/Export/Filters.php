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
        return RequestParser::limit($this->toldLimit());
    }

    /** The limit as it came: a text where an address had it. */
    public function toldLimit(): mixed
    {
        return RequestParser::limit($this->limit) ?? $this->values['limit'] ?? PHP_INT_MAX;
    }

    /** @return array<string, mixed> */
    public function all(): array
    {
        return $this->values;
    }

    /** @return array<string, mixed> those that are not empty */
    public function given(): array
    {
        $told = $this->values;
        if (array_key_exists('only_today', $told)) {
            // What it stands for in the answers of actions where it is not given.
            $told['only_today'] ??= 'true';
        }
        return array_filter($told);
    }
}
