<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\History;
use V2RaySocksTraffic\Sql\Where;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Keeps copies of usage rows in a table of ours, so that their users, nodes and times outlive the nightly merge: rows
 * that vanish while their user's merged day comes were merged into it. Only these are ever read, see History. After some
 * days they are joined by quarters of an hour.
 */
final class RowKeeper
{
    private const TABLE = History::TABLE;
    /** Ids copied by one statement. */
    private const IDS_A_TIME = 50_000;
    /** Rows of transactions that ended late have lower ids than others that were copied. */
    private const OVERLAP_IDS = 5_000;
    private const USERS_A_TIME = 500;
    /** Days whose rows are kept one by one. */
    private const FINE_DAYS = 3;
    /** Added to the kind of rows that are being joined. */
    private const APART = 10;

    private readonly RollupLock $lock;

    public function __construct(
        private readonly Connection $db,
        private readonly Calendar $calendar,
        private readonly Retention $retention,
    ) {
        $this->lock = new RollupLock($db, (new RollupTables($db))->zoneFor($calendar));
    }

    public static function create(Connection $db): void
    {
        $db->execute('CREATE TABLE IF NOT EXISTS ' . self::TABLE . ' (id bigint NOT NULL PRIMARY KEY, user_id int NOT NULL,'
            . ' t int NOT NULL, u bigint NOT NULL, d bigint NOT NULL, node varchar(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,'
            . ' records int NOT NULL, merged tinyint NOT NULL, KEY idx_merged_t (merged, t)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4');
    }

    /** @param (callable(): bool)|null $hasTime false ends the run, and the next one goes on */
    public function run(?callable $hasTime = null): void
    {
        self::create($this->db);
        $seen = (int) ($this->db->row('SELECT MAX(id) AS id FROM ' . self::TABLE)['id'] ?? 0);
        foreach ($this->newlyMerged($seen - self::OVERLAP_IDS) as $date) {
            $this->lock->hold(fn () => $this->markDay($date));
        }
        $this->copy(max(0, $seen - self::OVERLAP_IDS), $hasTime ?? static fn (): bool => true);
    }

    /** Deletes what is too old, and joins what is old by quarters of an hour. */
    public function prune(): void
    {
        $today = $this->calendar->today();
        $first = $this->calendar->startOf($this->retention->firstDayOfHours($this->calendar));
        $fine = $this->calendar->startOf($this->calendar->dateAfter($today, -self::FINE_DAYS));
        $this->lock->hold(function () use ($first, $fine): void {
            $this->db->execute('DELETE FROM ' . self::TABLE . ' WHERE t < ?', [$first]);
            // Set apart first, so that each row is joined once.
            $this->db->execute(
                'UPDATE ' . self::TABLE . ' SET merged = merged + ' . self::APART . ' WHERE id > 0 AND merged IN ('
                . History::AGREEING . ', ' . History::EXCEEDING . ') AND t < ?',
                [$fine],
            );
            $this->db->execute(
                'INSERT INTO ' . self::TABLE . ' (id, user_id, t, u, d, node, records, merged) SELECT -MIN(id), user_id, MIN(t), SUM(u),'
                . ' SUM(d), MIN(node), SUM(records), MIN(merged) - ' . self::APART . ' FROM ' . self::TABLE . ' uu WHERE merged > ' . self::APART
                . ' GROUP BY user_id, ' . Where::NODE . ', t DIV 900, merged',
            );
            $this->db->execute('DELETE FROM ' . self::TABLE . ' WHERE merged > ' . self::APART);
        });
    }

    /** @param callable(): bool $hasTime */
    private function copy(int $after, callable $hasTime): void
    {
        $first = $this->calendar->startOf($this->retention->firstDayOfHours($this->calendar));
        do {
            $last = $this->db->row(
                'SELECT MAX(id) AS id FROM (SELECT id FROM user_usage WHERE id > ? ORDER BY id LIMIT ' . self::IDS_A_TIME . ') some',
                [$after],
            )['id'] ?? null;
            if ($last === null) {
                return;
            }
            $this->lock->hold(fn (): int => $this->db->execute(
                'INSERT IGNORE INTO ' . self::TABLE . ' (id, user_id, t, u, d, node, records, merged)'
                . ' SELECT uu.id, uu.user_id, uu.t, uu.u, uu.d, uu.node, 1, ' . History::COPY
                . ' FROM user_usage uu WHERE uu.id > ? AND uu.id <= ? AND uu.t >= ? AND NOT (' . Where::IS_DAY . ')',
                [$after, (int) $last, $first],
            ));
            $after = (int) $last;
        } while ($hasTime());
    }

    /** @return list<string> days of which sums came since an id */
    private function newlyMerged(int $after): array
    {
        $rows = $this->db->rows('SELECT DISTINCT t FROM user_usage uu WHERE uu.id > ? AND ' . Where::IS_DAY, [$after]);
        $first = $this->retention->firstDayOfHours($this->calendar);
        $dates = array_unique(array_map(fn (array $row): string => $this->calendar->date((int) $row['t']), $rows));
        return array_values(array_filter($dates, static fn (string $date): bool => $date >= $first));
    }

    private function markDay(string $date): void
    {
        $day = new Window($this->calendar->startOf($date), $this->calendar->endOf($date));
        $where = Where::within($day)->and(Where::IS_DAY);
        $merged = [];
        $rows = $this->db->rows('SELECT uu.id, uu.user_id, uu.t, uu.u, uu.d FROM user_usage uu' . $where->sql() . ' ORDER BY uu.t, uu.id', $where->params());
        foreach ($rows as ['id' => $id, 'user_id' => $user, 't' => $t, 'u' => $upload, 'd' => $download]) {
            $merged[(int) $user][] = [(int) $id, (int) $t, (int) $upload, (int) $download];
        }
        $chunks = array_chunk($merged, self::USERS_A_TIME, true);
        foreach ($chunks as $chunk) {
            $this->markUsers($day, array_keys($chunk));
        }
        if (History::isKept($this->db, [$day])) {
            array_walk($chunks, fn (array $chunk) => $this->compareUsers($day, $chunk));
        }
    }

    /** @param list<int> $users */
    private function markUsers(Window $day, array $users): void
    {
        $this->db->execute(
            'UPDATE ' . self::TABLE . ' kept SET merged = ' . History::AGREEING . ' WHERE merged = ' . History::COPY
            . ' AND user_id IN (' . implode(', ', $users) . ') AND t >= ? AND t <= ?'
            . ' AND NOT EXISTS (SELECT 1 FROM user_usage uu WHERE uu.id = kept.id)',
            [(int) $day->start, (int) $day->end],
        );
    }

    /** @param array<int, non-empty-list<array{int, int, int, int}>> $merged ids, times, upload, download of merged rows by user, earliest first */
    private function compareUsers(Window $day, array $merged): void
    {
        $of = 'user_id IN (' . implode(', ', array_keys($merged)) . ') AND t >= ? AND t <= ?';
        $bounds = [(int) $day->start, (int) $day->end];
        $this->db->execute('DELETE FROM ' . self::TABLE . ' WHERE merged = ' . History::TAKEN . " AND $of", $bounds);
        $kept = array_column($this->db->rows(
            'SELECT user_id, SUM(u) AS u, SUM(d) AS d FROM ' . self::TABLE . ' WHERE merged IN (' . History::AGREEING . ', '
            . History::EXCEEDING . ") AND $of GROUP BY user_id",
            $bounds,
        ), null, 'user_id');
        foreach ($merged as $user => $rows) {
            // One row of which nothing is known is right as it stands.
            if (isset($kept[$user]) || count($rows) > 1) {
                $this->compare($day, $user, $rows, (int) ($kept[$user]['u'] ?? 0), (int) ($kept[$user]['d'] ?? 0));
            }
        }
    }

    /** @param non-empty-list<array{int, int, int, int}> $merged of one user, earliest first */
    private function compare(Window $day, int $user, array $merged, int $upload, int $download): void
    {
        $rest = [array_sum(array_column($merged, 2)) - $upload, array_sum(array_column($merged, 3)) - $download];
        $isAgreeing = min($rest) >= 0;
        $this->db->execute(
            'UPDATE ' . self::TABLE . ' SET merged = ? WHERE merged IN (' . History::AGREEING . ', ' . History::EXCEEDING
            . ') AND user_id = ? AND t >= ? AND t <= ?',
            [$isAgreeing ? History::AGREEING : History::EXCEEDING, $user, (int) $day->start, (int) $day->end],
        );
        if ($isAgreeing) {
            $this->take($user, $merged, (int) $rest[0], (int) $rest[1]);
        }
    }

    /**
     * Takes merged rows away, but for what no copy explains, which is left where the earliest is.
     *
     * @param non-empty-list<array{int, int, int, int}> $merged
     */
    private function take(int $user, array $merged, int $upload, int $download): void
    {
        foreach ($merged as $at => [$id, $t, $ofRow, $ofRowDown]) {
            [$left, $leftDown] = $at === 0 ? [$upload, $download] : [0, 0];
            $records = $left + $leftDown > 0 ? count($merged) : 0;
            $this->db->execute(
                'REPLACE INTO ' . self::TABLE . ' (id, user_id, t, u, d, node, records, merged) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
                [-$id, $user, $t, $left - $ofRow, $leftDown - $ofRowDown, 'DAY', $records - 1, History::TAKEN],
            );
        }
    }
}
