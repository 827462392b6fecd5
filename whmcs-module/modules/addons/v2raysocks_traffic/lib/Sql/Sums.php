<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Usage rows summed by the database in one pass, handed over as a stream. */
final class Sums
{
    /** Zones have their full hours at full, half or quarter hours, so a quarter lies in one hour and day. */
    public const QUARTER_S = 900;

    /**
     * Has the database sort rows and sum neighbours. Left to itself it would fill a temporary table, on disk and ten
     * times slower, as soon as groups are many.
     */
    public const BY_SORTING = 'SQL_BIG_RESULT';

    private const RECENT_S = [300, 3600, 14400];

    public const FROM = ' FROM user_usage uu';

    /** Columns of other kinds hold whole numbers too, and would come as text. */
    public const USER = 'CAST(uu.user_id AS SIGNED)';
    public const SPAN = 'CAST(MIN(uu.t) AS SIGNED), CAST(MAX(uu.t) AS SIGNED)';

    /** @param History|null $history where rows that were merged count as well */
    public function __construct(private readonly Connection $db, private readonly ?History $history = null)
    {
    }

    /**
     * Groups of one user and node text, all groups of a user in a row.
     *
     * @return \Generator<int, list<mixed>> user, node, upload, download, bytes since 5 min, 1 h, 4 h, rows, first, last
     */
    public function byUserAndNode(Where $where, Calendar $calendar): \Generator
    {
        [$from, $params] = $this->from($where);
        return $this->db->stream(
            'SELECT ' . self::BY_SORTING . ' ' . self::USER . ', ' . Where::NODE . ' AS text, SUM(uu.u), SUM(uu.d), '
            . self::recent($calendar) . ", {$this->records()}, " . self::SPAN . $from
            . ' GROUP BY uu.user_id, text ORDER BY uu.user_id',
            $params,
        );
    }

    /**
     * Users with rows. Their texts of nodes leave merged days out; where there are none, lowest and highest are null.
     *
     * @return \Generator<int, list<mixed>> user, upload, download, rows, first, last, texts of nodes, the lowest and the highest
     */
    public function byUser(Where $where): \Generator
    {
        $text = 'NULLIF(' . Where::NODE . ", '" . NodeIndex::DAY . "')";
        return $this->db->stream(
            'SELECT ' . self::BY_SORTING . ' ' . self::USER . ', SUM(uu.u), SUM(uu.d), COUNT(*), ' . self::SPAN . ', '
            . "COUNT(DISTINCT $text), MIN($text), MAX($text)" . self::FROM . $where->sql() . ' GROUP BY uu.user_id ORDER BY NULL',
            $where->params(),
        );
    }

    /** @return \Generator<int, list<mixed>> user and bytes since 5 min, 1 h, 4 h, of users with rows in these hours */
    public function recentByUser(Where $where, Calendar $calendar): \Generator
    {
        $where->and('uu.t >= ?', $calendar->now() - max(self::RECENT_S));
        return $this->db->stream(
            'SELECT ' . self::USER . ', ' . self::recent($calendar) . self::FROM . $where->sql() . ' GROUP BY uu.user_id ORDER BY NULL',
            $where->params(),
        );
    }

    /** @return \Generator<int, list<mixed>> user and text of a node, each pair once, all pairs of a user in a row */
    public function nodesByUser(Where $where): \Generator
    {
        [$from, $params] = $this->from($where);
        return $this->db->stream(
            'SELECT ' . self::BY_SORTING . ' ' . self::USER . ', ' . Where::NODE . ' AS text' . $from
            . ' GROUP BY uu.user_id, text ORDER BY uu.user_id',
            $params,
        );
    }

    /**
     * Groups of a quarter of an hour and further columns, by time.
     *
     * @param list<string> $further
     * @return \Generator<int, list<mixed>> first second of the quarter, upload, download, rows, last second, further columns
     */
    public function byQuarter(Where $where, array $further = [], string $of = self::FROM): \Generator
    {
        [$from, $params] = $this->from($where, $of);
        $columns = $further === [] ? '' : ', ' . implode(', ', $further);
        return $this->db->stream(
            'SELECT ' . self::BY_SORTING . ' uu.t DIV ' . self::QUARTER_S . ' * ' . self::QUARTER_S . ' AS quarter, '
            . "SUM(uu.u), SUM(uu.d), {$this->records()}, CAST(MAX(uu.t) AS SIGNED)$columns"
            . "$from GROUP BY quarter$columns ORDER BY quarter",
            $params,
        );
    }

    /**
     * Groups of one user, node text and hour, all groups of a user in a row, users ascending.
     *
     * @param list<int> $hours first second of each hour from the first bound on
     * @param string $hash of a row
     * @return \Generator<int, list<mixed>> user, node, number of the hour, upload, download, rows, sum of hashes
     */
    public function byUserNodeAndHour(int $start, int $end, array $hours, string $hash): \Generator
    {
        $later = implode(', ', array_slice($hours, 1));
        $hour = $later === '' ? '0' : "INTERVAL(uu.t, $later)";
        return $this->db->stream(
            'SELECT ' . self::BY_SORTING . ' ' . self::USER . ', ' . Where::NODE . " AS text, $hour AS hour,"
            . " SUM(uu.u), SUM(uu.d), COUNT(*), SUM($hash)" . self::FROM
            . " WHERE uu.t >= $start AND uu.t <= $end GROUP BY uu.user_id, text, hour ORDER BY uu.user_id",
        );
    }

    /** @return array{string, list<int|string|null>} text from FROM on, with the conditions, and what is bound to it */
    private function from(Where $where, string $of = self::FROM): array
    {
        return $this->history?->from($where) ?? [$of . $where->sql(), $where->params()];
    }

    private function records(): string
    {
        return $this->history === null ? 'COUNT(*)' : 'CAST(SUM(uu.records) AS SIGNED)';
    }

    private static function recent(Calendar $calendar): string
    {
        return implode(', ', array_map(static fn (int $seconds): string => self::since($calendar->now() - $seconds), self::RECENT_S));
    }

    /** Bytes both ways from a second on; each sum by itself, as a sum of two columns may overflow. */
    private static function since(int $t): string
    {
        return "SUM(IF(uu.t >= $t, uu.u, 0)) + SUM(IF(uu.t >= $t, uu.d, 0))";
    }
}
