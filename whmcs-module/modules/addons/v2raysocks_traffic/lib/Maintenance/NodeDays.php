<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\NodeIndex;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Writes `daily_node_traffic`. What the nightly merge took away from a node since the day was last summed is kept in
 * `traffic_engine_rollup_nodes`, and counted on top of the rows that are there.
 */
final class NodeDays
{
    private const ROWS_A_WRITE = 500;

    private const NOTHING = [0, 0, 0, 0];

    /** @var array<string, list<int>> id, node id, upload, download, users, rows; by `=` and the node */
    private array $stored = [];

    /** @var array<string, list<int>> upload, download, users, rows that were merged away; by `=` and the node */
    private array $bases = [];

    /** @var list<int> ids of rows that are to go */
    private array $gone = [];

    public function __construct(
        private readonly Connection $db,
        private readonly NodeIndex $index,
        private readonly string $date,
    ) {
    }

    /** @param array<int|string, list<int|float>> $nodes of DaySums */
    public function write(array $nodes, bool $isMerged): void
    {
        $this->load();
        $now = $this->byName($nodes);
        if ($isMerged) {
            $this->keepBases($this->fallen($now));
        }
        [$new, $changed] = [[], []];
        foreach (array_keys($now + $this->bases) as $node) {
            $row = $this->row($node, $now[$node] ?? self::NOTHING);
            $stored = $this->stored[$node] ?? null;
            unset($this->stored[$node]);
            if ($stored === null) {
                $new[] = [null, ...$row];
            } elseif (array_slice($stored, 1) !== array_slice($row, 1)) {
                $changed[] = [$stored[0], ...$row];
            }
        }
        $this->delete([...$this->gone, ...array_column($this->stored, 0)]);
        $this->insert($new);
        $this->insert($changed);
    }

    private function load(): void
    {
        $rows = $this->db->rows('SELECT * FROM daily_node_traffic WHERE date = ? ORDER BY id', [$this->date]);
        foreach ($rows as $row) {
            $node = $this->name((string) $row['node']);
            if (isset($this->stored[$node])) {
                $this->gone[] = $row['id'];
                continue;
            }
            $columns = ['id', 'node_id', 'total_upload', 'total_download', 'unique_users', 'usage_records'];
            $this->stored[$node] = array_map(static fn (string $column): int => (int) $row[$column], $columns);
        }
        $rows = $this->db->rows('SELECT * FROM traffic_engine_rollup_nodes WHERE date = ?', [$this->date]);
        foreach ($rows as $row) {
            $columns = ['merged_upload', 'merged_download', 'merged_users', 'merged_records'];
            $this->bases['=' . $row['node']] = array_map(static fn (string $column): int => (int) $row[$column], $columns);
        }
    }

    /**
     * @param array<int|string, list<int|float>> $nodes
     * @return array<string, list<int>> upload, download, users, rows
     */
    private function byName(array $nodes): array
    {
        $named = [];
        foreach ($nodes as $key => [$upload, $download, $users, $records]) {
            $node = is_int($key) ? "=$key" : $this->name(substr($key, 1));
            $sums = $named[$node] ?? self::NOTHING;
            $named[$node] = [
                $this->fitting($sums[0] + $upload, $node),
                $this->fitting($sums[1] + $download, $node),
                max($sums[2], (int) $users),
                $sums[3] + (int) $records,
            ];
        }
        return $named;
    }

    /** Blanks at the end are nothing to the column's collation, so texts that differ in them alone share a row. */
    private function name(string $text): string
    {
        $trimmed = rtrim($text, ' ');
        $isAnId = ctype_digit($trimmed) && $this->index->idOf($trimmed) === (int) $trimmed;
        return $isAnId ? "=$text" : "=$trimmed";
    }

    /**
     * @param array<string, list<int>> $now
     * @return array<string, list<int>> what of each node is kept since rows were merged, where it is more than before
     */
    private function fallen(array $now): array
    {
        $fallen = [];
        foreach ($this->stored as $node => [, , $upload, $download, $users, $records]) {
            $base = $this->bases[$node] ?? self::NOTHING;
            $rows = $now[$node] ?? self::NOTHING;
            $falls = [$upload - $base[0] - $rows[0], $download - $base[1] - $rows[1], $records - $base[3] - $rows[3]];
            // Such a text would share its row with the node of that id.
            if (max($falls) > 0 && !str_ends_with($node, ' ')) {
                $fallen[$node] = [
                    $base[0] + max(0, $falls[0]), $base[1] + max(0, $falls[1]), max($base[2], $users), $base[3] + max(0, $falls[2]),
                ];
            }
        }
        return $fallen;
    }

    /** @param array<string, list<int>> $bases */
    private function keepBases(array $bases): void
    {
        foreach (array_chunk($bases, self::ROWS_A_WRITE, true) as $chunk) {
            $params = [];
            foreach ($chunk as $node => $base) {
                array_push($params, $this->date, substr($node, 1), ...$base);
            }
            $this->db->execute(
                'INSERT INTO traffic_engine_rollup_nodes (date, node, merged_upload, merged_download, merged_users,'
                . ' merged_records) VALUES ' . self::marks(count($chunk), 6) . ' ON DUPLICATE KEY UPDATE'
                . ' merged_upload = VALUES(merged_upload), merged_download = VALUES(merged_download),'
                . ' merged_users = VALUES(merged_users), merged_records = VALUES(merged_records)',
                $params,
            );
        }
        $this->bases = $bases + $this->bases;
    }

    /**
     * @param list<int> $now
     * @return array{string, int, int, int, int, int} node, node id, upload, download, users, rows
     */
    private function row(string $node, array $now): array
    {
        $base = $this->bases[$node] ?? self::NOTHING;
        [$upload, $download] = [$this->fitting($now[0] + $base[0], $node), $this->fitting($now[1] + $base[1], $node)];
        $this->fitting($upload + $download, $node);
        $text = substr($node, 1);
        $isListed = ctype_digit($text) && isset($this->index->nodes[(int) $text]) && (string) (int) $text === $text;
        return [$text, $isListed ? (int) $text : 0, $upload, $download, max($now[2], $base[2]), $now[3] + $base[3]];
    }

    private function fitting(int|float $sum, string $node): int
    {
        return DaySums::fitting($sum, 'node ' . substr($node, 1), $this->date);
    }

    /** @param list<int> $ids */
    private function delete(array $ids): void
    {
        foreach (array_chunk($ids, self::ROWS_A_WRITE) as $chunk) {
            $this->db->execute('DELETE FROM daily_node_traffic WHERE id IN (' . implode(', ', $chunk) . ')');
        }
    }

    /** @param list<list<int|string|null>> $rows with their ids, or all new: an id that is given takes no new one */
    private function insert(array $rows): void
    {
        foreach (array_chunk($rows, self::ROWS_A_WRITE) as $chunk) {
            $params = [];
            foreach ($chunk as [$id, $node, $nodeId, $upload, $download, $users, $records]) {
                array_push($params, $id, $nodeId, $node, $this->date, $upload, $download, $upload + $download, $users, $records);
            }
            $this->db->execute(
                'INSERT INTO daily_node_traffic (id, node_id, node, date, total_upload, total_download, total_traffic,'
                . ' unique_users, usage_records) VALUES ' . self::marks(count($chunk), 9) . ' ON DUPLICATE KEY UPDATE'
                . ' node_id = VALUES(node_id), total_upload = VALUES(total_upload), total_download = VALUES(total_download),'
                . ' total_traffic = VALUES(total_traffic), unique_users = VALUES(unique_users),'
                . ' usage_records = VALUES(usage_records)',
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
