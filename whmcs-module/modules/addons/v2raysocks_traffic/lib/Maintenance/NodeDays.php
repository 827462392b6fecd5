<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\NodeIndex;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Writes `daily_node_traffic`. What the nightly merge took away from a node since the day was last summed is kept in
 * `traffic_engine_rollup_nodes`, and counted on top of the rows that are there. Nodes are told apart by the rows that
 * their texts have now: one may be a listed node's since it was written.
 */
final class NodeDays
{
    private const ROWS_A_WRITE = 500;

    /** Characters of a node's text in our tables. */
    private const NODE_CHARS = 50;

    private const NOTHING = [0, 0, 0, 0];

    /** @var array<string, int> ids of rows */
    private array $ids = [];

    /** @var array<string, list<int>> upload, download, users, rows as stored */
    private array $stored = [];

    /** @var array<string, array{int, string}> id and text of the node as stored */
    private array $written = [];

    /** @var array<string, list<int>> upload, download, users, rows that were merged away */
    private array $bases = [];

    /** @var array<string, string> texts of unlisted nodes as they were written first */
    private array $texts = [];

    /** @var list<int> ids of rows that are to go */
    private array $gone = [];

    private bool $areBasesChanged = false;

    public function __construct(
        private readonly Connection $db,
        private readonly NodeIndex $index,
        private readonly string $date,
    ) {
    }

    /**
     * @param array<string, list<int|float|string|null>> $nodes of DaySums
     * @param bool $hasMerged whether rows were merged since the day was last summed
     * @param int|float $merged bytes of those; less than 0 where that is not known
     */
    public function write(array $nodes, bool $hasMerged, int|float $merged): void
    {
        $this->load();
        $now = [];
        foreach ($nodes as $node => $sums) {
            $this->shortEnough($node);
            $now[$node] = $this->joined(self::NOTHING, array_slice($sums, 0, 4), $node);
            $this->texts[$node] ??= (string) $sums[5];
        }
        $fallen = $hasMerged ? $this->fallen($this->isAllMerged($merged) ? [] : $now) : [];
        $this->bases = $fallen + $this->bases;
        if ($fallen !== [] || $this->areBasesChanged) {
            $this->writeBases();
        }
        $this->writeRows($now);
    }

    /** @param array<string, list<int>> $now */
    private function writeRows(array $now): void
    {
        [$new, $changed] = [[], []];
        foreach (array_keys($now + $this->bases) as $node) {
            $sums = $this->withBase($node, $now[$node] ?? self::NOTHING);
            $written = $this->writtenAs($node);
            if (!isset($this->ids[$node])) {
                $new[] = [null, ...$written, ...$sums];
            } elseif ($this->stored[$node] !== $sums || $this->written[$node] !== $written) {
                $changed[] = [$this->ids[$node], ...$written, ...$sums];
            }
        }
        $this->delete([...$this->gone, ...array_values(array_diff_key($this->ids, $now, $this->bases))]);
        $this->insert($new);
        $this->insert($changed);
    }

    private function load(): void
    {
        foreach ($this->db->rows('SELECT * FROM daily_node_traffic WHERE date = ? ORDER BY id', [$this->date]) as $row) {
            $node = $this->index->rowOf((string) $row['node']);
            $sums = self::ints($row, 'total_upload', 'total_download', 'unique_users', 'usage_records');
            if (isset($this->ids[$node])) {
                $this->gone[] = (int) $row['id'];
                // Of no node, so that the row that remains is written anew.
                $this->written[$node] = [-1, ''];
            } else {
                $this->ids[$node] = (int) $row['id'];
                $this->written[$node] = [(int) $row['node_id'], (string) $row['node']];
                $this->texts[$node] ??= (string) $row['node'];
            }
            $this->stored[$node] = $this->joined($this->stored[$node] ?? self::NOTHING, $sums, $node);
        }
        foreach ($this->db->rows('SELECT * FROM traffic_engine_rollup_nodes WHERE date = ?', [$this->date]) as $row) {
            $node = $this->index->rowOf((string) $row['node']);
            $this->texts[$node] ??= (string) $row['node'];
            $base = self::ints($row, 'merged_upload', 'merged_download', 'merged_users', 'merged_records');
            $this->areBasesChanged = $this->areBasesChanged || isset($this->bases[$node]) || $this->writtenAs($node)[1] !== $row['node'];
            $this->bases[$node] = $this->joined($this->bases[$node] ?? self::NOTHING, $base, $node);
        }
    }

    /**
     * @param array<string, mixed> $row
     * @return list<int>
     */
    private static function ints(array $row, string ...$columns): array
    {
        return array_values(array_map(static fn (string $column): int => (int) $row[$column], $columns));
    }

    /**
     * @param list<int> $a upload, download, users, rows
     * @param list<mixed> $b
     * @return list<int>
     */
    private function joined(array $a, array $b, string $node): array
    {
        return [$this->fitting($a[0] + $b[0], $node), $this->fitting($a[1] + $b[1], $node), max($a[2], (int) $b[2]), $a[3] + (int) $b[3]];
    }

    /**
     * Whether as much was merged as had been seen and not merged before: panels merge whole days, so the rows that are
     * there came afterwards.
     */
    private function isAllMerged(int|float $merged): bool
    {
        $bytes = static fn (array $sums): int|float => $sums[0] + $sums[1];
        $unmerged = array_sum(array_map($bytes, $this->stored)) - array_sum(array_map($bytes, $this->bases));
        return $unmerged > 0 && $merged >= $unmerged;
    }

    /**
     * @param array<string, list<int>> $now
     * @return array<string, list<int>> what of each node is kept since rows were merged, where it is more than before
     */
    private function fallen(array $now): array
    {
        $fallen = [];
        foreach ($this->stored as $node => [$upload, $download, $users, $records]) {
            $base = $this->bases[$node] ?? self::NOTHING;
            $rows = $now[$node] ?? self::NOTHING;
            $falls = [$upload - $base[0] - $rows[0], $download - $base[1] - $rows[1], $records - $base[3] - $rows[3]];
            if (max($falls) > 0) {
                $fallen[$node] = [
                    $base[0] + max(0, $falls[0]), $base[1] + max(0, $falls[1]), max($base[2], $users), $base[3] + max(0, $falls[2]),
                ];
            }
        }
        return $fallen;
    }

    /** @return array{int, string} id and text of the node of a row */
    private function writtenAs(string $node): array
    {
        return $node[0] === '#' ? [(int) substr($node, 1), substr($node, 1)] : [0, $this->texts[$node]];
    }

    /**
     * @param list<int> $now
     * @return list<int> upload, download, users, rows
     */
    private function withBase(string $node, array $now): array
    {
        $sums = $this->joined($now, $this->bases[$node] ?? self::NOTHING, $node);
        $this->fitting($sums[0] + $sums[1], $node);
        return $sums;
    }

    private function fitting(int|float $sum, string $node): int
    {
        return DaySums::fitting($sum, 'node ' . substr($node, 1), $this->date);
    }

    /** The server would name the column, and neither day nor node. */
    private function shortEnough(string $node): void
    {
        if (mb_strlen($node) > self::NODE_CHARS + 1) {
            throw Unavailable::ofRows('the node "' . mb_substr($node, 1, self::NODE_CHARS) . "…\" on $this->date has more than "
                . self::NODE_CHARS . ' characters, for which daily_node_traffic has no room; correct its rows in user_usage');
        }
    }

    private function writeBases(): void
    {
        $this->db->execute('DELETE FROM traffic_engine_rollup_nodes WHERE date = ?', [$this->date]);
        foreach (array_chunk($this->bases, self::ROWS_A_WRITE, true) as $chunk) {
            $params = [];
            foreach ($chunk as $node => $base) {
                array_push($params, $this->date, $this->writtenAs($node)[1], ...$base);
            }
            $this->db->execute(
                'INSERT INTO traffic_engine_rollup_nodes (date, node, merged_upload, merged_download, merged_users,'
                . ' merged_records) VALUES ' . self::marks(count($chunk), 6),
                $params,
            );
        }
    }

    /** @param list<int> $ids */
    private function delete(array $ids): void
    {
        foreach (array_chunk($ids, self::ROWS_A_WRITE) as $chunk) {
            $this->db->execute('DELETE FROM daily_node_traffic WHERE id IN (' . implode(', ', $chunk) . ')');
        }
    }

    /** @param list<list<mixed>> $rows with their ids, or all new: an id that is given takes no new one */
    private function insert(array $rows): void
    {
        foreach (array_chunk($rows, self::ROWS_A_WRITE) as $chunk) {
            $params = [];
            foreach ($chunk as [$id, $nodeId, $node, $upload, $download, $users, $records]) {
                array_push($params, $id, $nodeId, $node, $this->date, $upload, $download, $upload + $download, $users, $records);
            }
            $this->db->execute(
                'INSERT INTO daily_node_traffic (id, node_id, node, date, total_upload, total_download, total_traffic,'
                . ' unique_users, usage_records) VALUES ' . self::marks(count($chunk), 9) . ' ON DUPLICATE KEY UPDATE'
                . ' node_id = VALUES(node_id), node = VALUES(node), total_upload = VALUES(total_upload),'
                . ' total_download = VALUES(total_download), total_traffic = VALUES(total_traffic),'
                . ' unique_users = VALUES(unique_users), usage_records = VALUES(usage_records)',
                $params,
            );
        }
    }

    private static function marks(int $rows, int $columns): string
    {
        $row = '(' . implode(', ', array_fill(0, $columns, '?')) . ')';
        return implode(', ', array_fill(0, $rows, $row));
    }
}
