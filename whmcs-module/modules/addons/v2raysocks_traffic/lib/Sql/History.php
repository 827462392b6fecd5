<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Usage rows together with the copies of those that the nightly merge took away, so that questions about nodes and hours
 * are answered as if there had been no merge. What a merged day has beyond its copies stays where it is, of no node.
 */
final class History
{
    public const TABLE = 'traffic_engine_rollup_rows';

    /** A copy of a row that may be there still. */
    public const COPY = 0;
    /** A row that was merged into a sum that is at least as much as all such rows of its user. */
    public const AGREEING = 1;
    /** The same, taken from that sum, so that nothing counts twice. */
    public const TAKEN = 2;
    /** A row that was merged into a sum that is less: it counts for its node and not for its user. */
    public const EXCEEDING = 3;

    private const OF_NODES = self::AGREEING . ', ' . self::EXCEEDING;
    private const OF_USERS = self::AGREEING . ', ' . self::TAKEN;

    /** Seconds around a merged row in which the rows of its day lie. */
    private const AROUND_S = 90_000;

    /** @param string $vanished condition of copies that were merged since the cron looked last, empty where there are none */
    private function __construct(private readonly string $kinds, private readonly string $vanished = '')
    {
    }

    /**
     * For questions about nodes, which merged days are none of.
     *
     * @param list<Window> $windows
     */
    public static function ofNodes(Connection $db, array $windows): ?self
    {
        $vanished = self::vanished($db);
        return $vanished !== '' || self::isKept($db, $windows) ? new self(self::OF_NODES, $vanished) : null;
    }

    /**
     * For questions about users and hours.
     *
     * @param list<Window> $windows
     */
    public static function ofUsers(Connection $db, array $windows): ?self
    {
        return self::isKept($db, $windows) ? new self(self::OF_USERS) : null;
    }

    /** The first day of which merged rows are kept, null where none are. */
    public static function firstDate(Connection $db, Calendar $calendar): ?string
    {
        $first = self::first($db, self::AGREEING, self::EXCEEDING);
        return $first === null ? null : $calendar->date($first);
    }

    /** The time of the first copy of these kinds; each is looked up in the index by itself. */
    private static function first(Connection $db, int ...$kinds): ?int
    {
        $ofKind = static fn (int $kind): string => 'SELECT MIN(t) AS t FROM ' . self::TABLE . " WHERE merged = $kind";
        try {
            $found = $db->rows(implode(' UNION ALL ', array_map($ofKind, $kinds)));
        } catch (Unavailable) {
            return null;
        }
        $times = array_filter(array_column($found, 't'), 'is_int');
        return $times === [] ? null : min($times);
    }

    /** @return array{string, list<int|string|null>} text from FROM on, with the conditions, and what is bound to it */
    public function from(Where $where): array
    {
        $isKept = "uu.merged IN ($this->kinds)";
        $kept = (clone $where)->and($this->vanished === '' ? $isKept : "($isKept OR ($this->vanished))");
        // Our table and theirs may differ in character set, which UNION does not mend of all.
        $columns = 'uu.user_id, uu.t, uu.u, uu.d, ' . Where::NODE . ' AS node';
        return [
            " FROM (SELECT $columns, 1 AS records FROM user_usage uu{$where->sql()} UNION ALL"
                . " SELECT $columns, uu.records FROM " . self::TABLE . " uu{$kept->sql()}) uu",
            [...$where->params(), ...$kept->params()],
        ];
    }

    /** Between the merge and the next run of the cron nobody has marked the copies yet. */
    private static function vanished(Connection $db): string
    {
        try {
            $seen = (int) ($db->row('SELECT MAX(id) AS id FROM ' . self::TABLE)['id'] ?? 0);
            $days = $seen === 0 ? null : $db->row(
                'SELECT MIN(uu.t) AS first, MAX(uu.t) AS last FROM user_usage uu WHERE uu.id > ? AND ' . Where::IS_DAY,
                [$seen],
            );
        } catch (Unavailable) {
            return '';
        }
        if (!isset($days['first'], $days['last'])) {
            return '';
        }
        [$from, $to] = [(int) $days['first'] - self::AROUND_S, (int) $days['last'] + self::AROUND_S];
        return 'uu.merged = ' . self::COPY . " AND uu.t >= $from AND uu.t <= $to"
            . ' AND NOT EXISTS (SELECT 1 FROM user_usage there WHERE there.id = uu.id)';
    }

    /**
     * The first second from which on the nodes and hours of merged days are known; null where those of all are, and where
     * none were ever kept.
     */
    public static function completeSince(Connection $db, Calendar $calendar): ?int
    {
        $first = self::first($db, self::COPY, self::AGREEING, self::EXCEEDING);
        if ($first === null) {
            return null;
        }
        $since = $calendar->startOf($calendar->date($first));
        $isMergedBefore = $db->row('SELECT 1 AS found FROM user_usage uu WHERE uu.t < ? AND ' . Where::IS_DAY . ' LIMIT 1', [$since]);
        return $isMergedBefore === null ? null : $since;
    }

    /**
     * Whether there are rows that were merged.
     *
     * @param list<Window> $windows
     */
    public static function isKept(Connection $db, array $windows): bool
    {
        $where = Where::withinAny($windows)->and('uu.merged IN (' . self::OF_NODES . ')');
        try {
            return $db->row('SELECT 1 AS found FROM ' . self::TABLE . ' uu' . $where->sql() . ' LIMIT 1', $where->params()) !== null;
        } catch (Unavailable) {
            return false;
        }
    }
}
