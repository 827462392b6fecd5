<?php

/**
 * What the extension traffic_engine offers, for editors and PHPStan.
 *
 * Options common to all questions about a period: time_range (string), or start_date and end_date
 * (YYYY-MM-DD), or start_timestamp and end_timestamp (int). Dates may stand beside the word 'custom'
 * and timestamps beside 'time_range', which say the same; any other mixture, and half a period,
 * throws. Whatever is null counts as not given; an unknown option throws, and so does a name or text
 * that is not UTF-8. A limit is a number of rows; 0 and 'all' mean all.
 */

namespace TrafficEngine;

/**
 * Answers questions about the usage rows of one store.
 *
 * @phpstan-type Moment array{generation: int, watermark: int, age_ms: int, verified_age_ms: int, detail_since: int|null}
 */
final class Engine
{
    /**
     * The engine with this configuration, kept by this process from request to request. Nothing is
     * connected before the first question.
     *
     * @param array{
     *     store: string, password?: string|null, timezone?: string|null, data_dir?: string|null,
     *     path?: 'auto'|'snapshot'|'push_down'|'rows'|null, refresh_interval_ms?: int|null,
     *     verify_interval_ms?: int|null, memory_limit_mb?: int|null, read_timeout_ms?: int|null,
     *     query_timeout_ms?: int|null, retention_days?: int|null,
     *     history_days?: int|null, size_limit_mb?: int|null, background?: bool|null, now?: int|null,
     *     redis?: string|null, redis_password?: string|null, redis_wait_ms?: int|null,
     *     cache_entries?: int|null, cache_mb?: int|null, cache_namespace?: string|null
     * } $config store is mysql://user@host:3306/database or sqlite:///path. With redis, cache_entries
     *     or cache_mb the answers that are asked for as JSON are kept; see Cache::open() for those.
     * @throws ConfigException
     * @throws StoreException
     */
    public static function open(array $config): Engine {}

    /**
     * All users by what they used or have left. Options: period, sort_by, limit.
     *
     * @param array<string, mixed>|null $options
     * @return list<array<string, mixed>>
     * @throws Exception
     */
    public function rankUsers(?array $options = null): array {}

    /**
     * The answer of rankUsers() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function rankUsersJson(?array $options = null): string {}

    /**
     * All nodes by what was used on them. Options: period, sort_by, limit.
     *
     * @param array<string, mixed>|null $options
     * @return list<array<string, mixed>>
     * @throws Exception
     */
    public function rankNodes(?array $options = null): array {}

    /**
     * The answer of rankNodes() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function rankNodesJson(?array $options = null): string {}

    /**
     * Usage by user, node, time or hour of day. Options: period, group_by ('user', 'node', 'time', 'hourly').
     *
     * @param array<string, mixed>|null $options
     * @return list<array<string, mixed>>
     * @throws Exception
     */
    public function aggregate(?array $options = null): array {}

    /**
     * The answer of aggregate() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function aggregateJson(?array $options = null): string {}

    /**
     * A user's traffic over time; lists without points when there is none. Options: period, user_id,
     * grain ('hour' or 'day'; what suits the period where it is not given).
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function userChart(?array $options = null): array {}

    /**
     * The answer of userChart() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function userChartJson(?array $options = null): string {}

    /**
     * A node's traffic over time; lists without points when there is none. Options: period, node_id,
     * grain as in userChart().
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function nodeChart(?array $options = null): array {}

    /**
     * The answer of nodeChart() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function nodeChartJson(?array $options = null): string {}

    /**
     * Active users and recent traffic.
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function live(?array $options = null): array {}

    /**
     * The answer of live() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function liveJson(?array $options = null): string {}

    /**
     * Today's traffic by hour.
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function today(?array $options = null): array {}

    /**
     * The answer of today() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function todayJson(?array $options = null): string {}

    /**
     * Totals over all of history.
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function total(?array $options = null): array {}

    /**
     * The answer of total() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function totalJson(?array $options = null): string {}

    /**
     * The day with the most traffic.
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function peak(?array $options = null): array {}

    /**
     * The answer of peak() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function peakJson(?array $options = null): string {}

    /**
     * All nodes with their usage over all of history.
     *
     * @param array<string, mixed>|null $options
     * @return list<array<string, mixed>>
     * @throws Exception
     */
    public function nodes(?array $options = null): array {}

    /**
     * The answer of nodes() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function nodesJson(?array $options = null): string {}

    /**
     * All columns of all nodes.
     *
     * @param array<string, mixed>|null $options
     * @return list<array<string, mixed>>
     * @throws Exception
     */
    public function nodeTable(?array $options = null): array {}

    /**
     * The answer of nodeTable() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function nodeTableJson(?array $options = null): string {}

    /**
     * A user and the traffic of the last 30 days; null when there is none. Options: user_id.
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>|null
     * @throws Exception
     */
    public function userDetails(?array $options = null): ?array {}

    /**
     * The answer of userDetails() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function userDetailsJson(?array $options = null): string {}

    /**
     * A node and the traffic of the last 30 days; null when there is none. Options: node_id.
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>|null
     * @throws Exception
     */
    public function nodeDetails(?array $options = null): ?array {}

    /**
     * The answer of nodeDetails() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function nodeDetailsJson(?array $options = null): string {}

    /**
     * Usage records, newest first. Options: period, limit, node_id, user_id, uuid.
     *
     * @param array<string, mixed>|null $options
     * @return list<array<string, mixed>>
     * @throws Exception
     */
    public function usageRecords(?array $options = null): array {}

    /**
     * The answer of usageRecords() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function usageRecordsJson(?array $options = null): string {}

    /**
     * Raw traffic rows, newest first. Options: period, user_id, service_id, node_id, uuid, enhanced, exclude_day_traffic.
     *
     * @param array<string, mixed>|null $options
     * @return list<array<string, mixed>>
     * @throws Exception
     */
    public function traffic(?array $options = null): array {}

    /**
     * The answer of traffic() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function trafficJson(?array $options = null): string {}

    /**
     * The rows of traffic() summed by hour of the day or by day, by key. Options as there, and grain as
     * in userChart().
     *
     * @param array<string, mixed>|null $options
     * @return array<string, array<string, mixed>>
     * @throws Exception
     */
    public function groupedTraffic(?array $options = null): array {}

    /**
     * The answer of groupedTraffic() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function groupedTrafficJson(?array $options = null): string {}

    /**
     * Traffic of each day and WHMCS service. Options: period, service_id, uuid.
     *
     * @param array<string, mixed>|null $options
     * @return list<array<string, mixed>>
     * @throws Exception
     */
    public function dayTraffic(?array $options = null): array {}

    /**
     * The answer of dayTraffic() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function dayTrafficJson(?array $options = null): string {}

    /**
     * First and last second of a period, in local time too; null for none. Options: period, for
     * ('ranking', 'traffic', 'node_chart' or 'aggregation': who reads it, which decides where it
     * ends; 'ranking').
     *
     * @param array<string, mixed>|null $options
     * @return array{range: string, start: int|null, end: int|null, start_local: string|null, end_local: string|null, timezone: string}
     * @throws Exception
     */
    public function range(?array $options = null): array {}

    /**
     * The answer of range() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function rangeJson(?array $options = null): string {}

    /**
     * Brings the snapshot up to date, or builds it. Options: verify (bool: compare every row).
     *
     * @param array<string, mixed>|null $options
     * @return Moment
     * @throws Exception
     */
    public function refresh(?array $options = null): array {}

    /**
     * The answer of refresh() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function refreshJson(?array $options = null): string {}

    /**
     * What the snapshot holds and costs.
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function stats(?array $options = null): array {}

    /**
     * The answer of stats() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function statsJson(?array $options = null): string {}

    /**
     * Which indexes are missing and help, and which of the original addon's may go. Nothing is
     * changed; schemaApply() does that.
     *
     * @param array<string, mixed>|null $options
     * @return array{create: list<array<string, mixed>>, droppable: list<array<string, mixed>>}
     * @throws Exception
     */
    public function schemaPlan(?array $options = null): array {}

    /**
     * The answer of schemaPlan() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function schemaPlanJson(?array $options = null): string {}

    /**
     * The indexes there are; verdict is helps, droppable or of_others.
     *
     * @param array<string, mixed>|null $options
     * @return list<array<string, mixed>>
     * @throws Exception
     */
    public function schemaStatus(?array $options = null): array {}

    /**
     * The answer of schemaStatus() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function schemaStatusJson(?array $options = null): string {}

    /**
     * Makes the indexes that are missing and help, beside whoever reads and writes, and tells how
     * long questions take the database before and after. What was made before a failure stays, and
     * the next call goes on from there. It may take minutes.
     *
     * Options: measure (bool, true), lock_wait_s (int: give up when somebody holds a lock on the
     * table for so many seconds; 5), offline (bool: let others wait meanwhile where the server cannot
     * change the table beside them).
     *
     * @param array<string, mixed>|null $options
     * @return array{created: list<array<string, mixed>>, measured: list<array{question: string, before_ms: float, after_ms: float}>}
     * @throws Exception
     */
    public function schemaApply(?array $options = null): array {}

    /**
     * The answer of schemaApply() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function schemaApplyJson(?array $options = null): string {}

    /**
     * Drops indexes that schemaStatus() calls helpful or droppable, and no others: where a name is
     * none of those nothing is dropped. Returns those that were.
     *
     * Options: names (list of texts), lock_wait_s (int, 5).
     *
     * @param array<string, mixed>|null $options
     * @return list<array<string, mixed>>
     * @throws Exception
     */
    public function schemaDrop(?array $options = null): array {}

    /**
     * The answer of schemaDrop() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function schemaDropJson(?array $options = null): string {}

    /**
     * How well the cache does, over all processes where Redis adds that up.
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function cacheStats(?array $options = null): array {}

    /**
     * The answer of cacheStats() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function cacheStatsJson(?array $options = null): string {}

    /**
     * Forgets kept answers, in all processes within a second. Options: pattern (a glob of names) or
     * trigger ('user_update', 'node_update', 'traffic_update', 'large_dataset_complete',
     * 'database_optimize').
     *
     * @param array<string, mixed>|null $options
     * @return array{memory: int, redis: int, is_late: bool}
     * @throws Exception
     */
    public function cacheInvalidate(?array $options = null): array {}

    /**
     * The answer of cacheInvalidate() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function cacheInvalidateJson(?array $options = null): string {}

    /**
     * Sums the days that changed into the pre-aggregates; makes the tables where they are missing.
     * Options: days (400) and hourly_days (90) to keep, lock_wait_s (30).
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function rollupUpdate(?array $options = null): array {}

    /**
     * The answer of rollupUpdate() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function rollupUpdateJson(?array $options = null): string {}

    /**
     * Sums the days of a stretch that changed. Options: from and to (dates), force (also days that did
     * not change), lock_wait_s (30).
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function rollupBackfill(?array $options = null): array {}

    /**
     * The answer of rollupBackfill() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function rollupBackfillJson(?array $options = null): string {}

    /**
     * Deletes pre-aggregates that are older than they are kept. Options: days (400), hourly_days (90),
     * lock_wait_s (30).
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function rollupPrune(?array $options = null): array {}

    /**
     * The answer of rollupPrune() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function rollupPruneJson(?array $options = null): string {}

    /**
     * What there is of the pre-aggregates, and how many days an update would sum. Changes nothing.
     * Options: those of rollupUpdate().
     *
     * @param array<string, mixed>|null $options
     * @return array<string, mixed>
     * @throws Exception
     */
    public function rollupStatus(?array $options = null): array {}

    /**
     * The answer of rollupStatus() as JSON, without PHP arrays in between.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function rollupStatusJson(?array $options = null): string {}

    /**
     * The answer to a question as JSON in pieces, for answers too large to be held as one text. The
     * question is named as in rank_users or usage_records. Once the object is there, nothing fails
     * any more.
     *
     * @param array<string, mixed>|null $options
     * @throws Exception
     */
    public function jsonPieces(string $question, ?array $options = null): JsonPieces {}

    /**
     * Where the last answer came from: path is 'snapshot', 'push_down' or 'rows'. That of refresh()
     * and stats() is the generation they tell of. Null before the first answer, and after one that
     * needed no rows, such as that of range(). What throws is no answer.
     *
     * @return array<string, mixed>|null
     */
    public function lastSource(): ?array {}

    /** Why the snapshot did not answer, or could not be compared; null while all is well. */
    public function snapshotFailure(): ?string {}

    /** The version of the extension. */
    public static function version(): string {}
}

/**
 * Keeps texts in the memory of this process and in Redis, which all processes share. That Redis is
 * away is no error: it costs a call 5 ms at most, and what would be there is not.
 */
final class Cache
{
    /**
     * The cache with this configuration, kept by this process from request to request. Nothing is
     * connected before it is first used.
     *
     * @param array{
     *     redis?: string|null, redis_password?: string|null, redis_wait_ms?: int|null,
     *     cache_entries?: int|null, cache_mb?: int|null, cache_namespace?: string|null, cache_prefix?: string|null,
     *     cache_seal?: string|null,     background?: bool|null
     * } $config redis is redis://user@host:6379/0, rediss://host?tls-ca=FILE, unix:///path,
     *     redis-sentinel://host,host/name or redis-cluster://host,host; a call waits redis_wait_ms
     *     for it at most, 5 where not given; keys in Redis are cache_prefix:{cache_namespace}:key
     * @throws ConfigException
     */
    public static function open(array $config): Cache {}

    /** What is kept and fresh under a key; null where nothing is. */
    public function get(string $key): ?string {}

    /**
     * Keeps a value. Options: ttl (seconds), data_type ('rankings', 'live_stats', 'aggregated',
     * 'configuration', 'large_dataset'), time_range ('today', 'week', 'month', 'historical'); the
     * first that is given says for how long, else 120 seconds.
     *
     * @param array<string, mixed>|null $options
     * @return bool false where it is too large, or where Redis should have it and has not
     * @throws Exception
     */
    public function set(string $key, string $value, ?array $options = null): bool {}

    /** Forgets what is kept under a key; true where something was. */
    public function delete(string $key): bool {}

    /**
     * Forgets the keys that a pattern means (*, ?, [abc], as fnmatch() has them), in all processes
     * within a second.
     *
     * @return int how many there were
     * @throws InvalidRequestException
     */
    public function invalidate(string $pattern): int {}

    /**
     * Forgets what something that happened makes worthless; see Engine::cacheInvalidate().
     *
     * @return int how many there were
     * @throws InvalidRequestException
     */
    public function trigger(string $trigger): int {}

    /** Whether Redis answers; false where none is configured. */
    public function isAvailable(): bool {}

    /**
     * How well it does, over all processes where Redis adds that up.
     *
     * @return array<string, mixed>
     */
    public function stats(): array {}
}

/** An answer as JSON, to be taken piece by piece; joined they are the text. */
final class JsonPieces
{
    /** The next piece of some 64 KB, null after the last. */
    public function next(): ?string {}
}

/**
 * A failure of the engine; its message says what failed, where, and how to mend it. Traces are
 * without arguments, because a configuration holds a password.
 */
class Exception extends \Exception
{
    protected $errorCode = '';

    protected $retryable = false;

    /** The engine's code, the same on every surface, such as unknown_range. */
    public function getErrorCode(): string {}

    /** Whether the same call may succeed a little later. */
    public function isRetryable(): bool {}

    /** For the extension alone. */
    private function fill(string $message, string $errorCode, bool $retryable): void {}
}

/** Options that cannot be understood. */
class InvalidRequestException extends Exception {}

/** A configuration that cannot be understood. */
class ConfigException extends Exception {}

/** The database. */
class StoreException extends Exception {}

/** The snapshot, or the memory a question may take. */
class SnapshotException extends Exception {}

/** A defect of the extension. */
class InternalException extends Exception {}
