<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Sql\Connection;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Whether a ranking is one over large data, by the four rules of the module's notes; the last decision is kept. */
final class Optimization
{
    private const RANGES = ['week', '7days', '15days', 'month', '30days'];
    private const LIMIT = 10_000;
    private const SPAN_S = 86_400;
    private const ROWS = 50_000;
    /** Fewer rows are no event for the activity log. */
    public const TOLD_ROWS = 1000;
    private const SETTING = 'optimization';

    private function __construct(public readonly bool $isLarge, public readonly string $reason)
    {
    }

    public static function decide(
        Module $module,
        mixed $timeRange,
        mixed $limit,
        mixed $startDate,
        mixed $endDate,
        mixed $startTimestamp,
        mixed $endTimestamp,
    ): self {
        $decision = self::byQuestion((string) $timeRange, $limit, $startDate, $endDate, $startTimestamp, $endTimestamp)
            ?? self::byRows($module->connection());
        $module->settings->remember(self::SETTING, Json::compact(['large' => $decision->isLarge, 'reason' => $decision->reason]));
        return $decision;
    }

    /** @return array{large: bool, reason: string}|null the last decision */
    public static function last(Settings $settings): ?array
    {
        $kept = json_decode($settings->get(self::SETTING), true);
        return is_array($kept) && isset($kept['large'], $kept['reason'])
            ? ['large' => (bool) $kept['large'], 'reason' => (string) $kept['reason']]
            : null;
    }

    private static function byQuestion(string $range, mixed $limit, mixed $startDate, mixed $endDate, mixed $from, mixed $to): ?self
    {
        if (in_array($range, self::RANGES, true)) {
            return new self(true, "the time range is $range");
        }
        if (is_numeric($limit) && $limit > self::LIMIT) {
            return new self(true, 'the limit is more than ' . self::LIMIT);
        }
        $span = match ($range) {
            'custom' => self::span(strtotime((string) $startDate), strtotime((string) $endDate)),
            'time_range' => self::span(RequestParser::timestamp($from) ?? false, RequestParser::timestamp($to) ?? false),
            default => 0,
        };
        return $span > self::SPAN_S ? new self(true, 'the period is longer than a day') : null;
    }

    private static function span(int|false $from, int|false $to): int
    {
        return $from === false || $to === false ? 0 : $to - $from;
    }

    /** By what the server says of the table, which takes no look at its rows. */
    private static function byRows(Connection $db): self
    {
        $rows = (int) ($db->row(
            "SELECT TABLE_ROWS AS estimate FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_usage'",
        )['estimate'] ?? 0);
        return $rows > self::ROWS
            ? new self(true, "the table has about $rows rows")
            : new self(false, 'a short period, a small limit and about ' . $rows . ' rows');
    }
}
