<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Time\RangeRequest;
use V2RaySocksTraffic\Time\RangeWord;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Reads the loose values of function arguments and URLs. */
final class RequestParser
{
    public const USER_SORTS = [
        'traffic_desc', 'traffic_asc', 'remaining_desc', 'remaining_asc', 'nodes_desc', 'recent_activity',
    ];
    public const NODE_SORTS = [
        'traffic_desc', 'traffic_asc', 'remaining_desc', 'remaining_asc', 'users_desc', 'name_asc',
    ];

    /** @param string $unnamed the word that an empty one stands for */
    public static function range(
        mixed $word,
        mixed $startDate = null,
        mixed $endDate = null,
        mixed $from = null,
        mixed $to = null,
        string $unnamed = 'all',
    ): RangeRequest {
        $word = RangeWord::of(self::text($word) ?? $unnamed);
        [$first, $last] = [self::timestamp($from), self::timestamp($to)];
        // Two timestamps win over dates, too, which hidden fields of a form leave behind.
        return $first !== null && $last !== null
            ? new RangeRequest($word, $first, $last)
            : new RangeRequest($word, $first, $last, self::date($startDate), self::date($endDate));
    }

    /** Rows wanted; null for all of them, which 0, negative numbers, `all` and nothing mean too. */
    public static function limit(mixed $value): ?int
    {
        $limit = is_numeric($value) ? (int) $value : 0;
        return $limit <= 0 || $limit === PHP_INT_MAX ? null : $limit;
    }

    /** An id that must be a whole number; a database would take `1abc` for 1. */
    public static function id(mixed $value, string $name): ?int
    {
        $text = self::text($value);
        if ($text === null) {
            return null;
        }
        if (preg_match('/\A-?[0-9]{1,18}\z/', $text) !== 1) {
            throw new BadRequest("$name must be a whole number");
        }
        return (int) $text;
    }

    /** Unix seconds; anything but a whole number counts as not given. */
    public static function timestamp(mixed $value): ?int
    {
        $text = self::text($value);
        return $text !== null && preg_match('/\A-?[0-9]{1,12}\z/', $text) === 1 ? (int) $text : null;
    }

    public static function date(mixed $value): ?string
    {
        $text = self::text($value);
        if ($text === null) {
            return null;
        }
        $parts = preg_match('/\A([0-9]{4})-([0-9]{2})-([0-9]{2})\z/', $text, $found) === 1 ? $found : null;
        if ($parts === null || !checkdate((int) $parts[2], (int) $parts[3], (int) $parts[1])) {
            throw new BadRequest('a date is not valid; write it as YYYY-MM-DD, for example 2025-08-31');
        }
        return $text;
    }

    /** A text that is not empty, else null. A list is refused, as a filter must not vanish. */
    public static function text(mixed $value): ?string
    {
        if ($value !== null && !is_scalar($value)) {
            throw new BadRequest('a filter must be one value, not a list');
        }
        return (string) $value !== '' ? (string) $value : null;
    }

    /**
     * @param list<string> $known
     * @return string the sort order, or the first known one in place of an unknown
     */
    public static function sort(mixed $value, array $known): string
    {
        return is_string($value) && in_array($value, $known, true) ? $value : $known[0];
    }

    /** The arguments of getUserTrafficRankings. */
    public static function userRanking(
        mixed $sortBy = null,
        mixed $timeRange = 'today',
        mixed $limit = null,
        mixed $startDate = null,
        mixed $endDate = null,
        mixed $from = null,
        mixed $to = null,
    ): Request {
        return new Request(
            range: self::range($timeRange, $startDate, $endDate, $from, $to),
            sortBy: self::sort($sortBy, self::USER_SORTS),
            limit: self::limit($limit),
        );
    }

    /** The arguments of getUsageRecords. */
    public static function usageRecords(
        mixed $nodeId = null,
        mixed $userId = null,
        mixed $timeRange = 'today',
        mixed $limit = null,
        mixed $startDate = null,
        mixed $endDate = null,
        mixed $uuid = null,
        mixed $from = null,
        mixed $to = null,
    ): Request {
        return new Request(
            range: self::range($timeRange, $startDate, $endDate, $from, $to),
            limit: self::limit($limit),
            userId: self::id($userId, 'user_id'),
            nodeId: self::text($nodeId),
            uuid: self::text($uuid),
        );
    }

    /**
     * The filters of raw traffic rows. Empty values, 0 among them, narrow nothing.
     *
     * @param array<string, mixed> $filters
     */
    public static function traffic(array $filters, bool $enhanced = false, ?int $limit = null): Request
    {
        $given = array_filter($filters);
        $serviceId = $given['service_id'] ?? $given['sid'] ?? null;
        return new Request(
            range: self::range(
                $given['time_range'] ?? null,
                $given['start_date'] ?? $given['start'] ?? null,
                $given['end_date'] ?? $given['end'] ?? null,
                $given['start_timestamp'] ?? null,
                $given['end_timestamp'] ?? null,
            ),
            limit: $limit,
            userId: self::id($given['user_id'] ?? null, 'user_id'),
            serviceId: self::id($serviceId, 'service_id'),
            nodeId: self::text($given['node_id'] ?? null),
            uuid: self::text($given['uuid'] ?? null),
            enhanced: $enhanced,
            excludeDayTraffic: $enhanced && isset($given['exclude_day_traffic']),
        );
    }
}
