<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Writes `daily_user_traffic`: only rows that changed, and new ones alone take an id, of which there are not many. */
final class UserDays
{
    private const ROWS_A_WRITE = 500;

    /** Bytes of a packed user of DaySums and of a packed change: id, user, upload, download, nodes, rows. */
    private const PACKED = 48;

    private string $new = '';
    private string $changed = '';

    /** Packed ids of rows whose users have none in the day any more. */
    private string $gone = '';

    private int $at = 0;

    public function __construct(private readonly Connection $db, private readonly string $date, private readonly string $users)
    {
    }

    public function write(): void
    {
        $this->compare();
        $this->insert('', $this->new);
        $this->insert('id, ', $this->changed);
        foreach (str_split($this->gone, self::ROWS_A_WRITE * 8) as $ids) {
            if ($ids !== '') {
                $this->db->execute('DELETE FROM daily_user_traffic WHERE id IN (' . implode(', ', unpack('q*', $ids) ?: []) . ')');
            }
        }
    }

    /** Both sides ascend by user. */
    private function compare(): void
    {
        $stored = $this->db->stream(
            'SELECT id, user_id, total_upload, total_download, total_traffic, unique_nodes, usage_records'
            . ' FROM daily_user_traffic WHERE date = ? ORDER BY user_id',
            [$this->date],
        );
        $sums = $this->next();
        foreach ($stored as $row) {
            while ($sums !== null && $sums[0] < $row[1]) {
                $this->new .= pack('q6', 0, ...array_slice($sums, 0, 5));
                $sums = $this->next();
            }
            if ($sums === null || $sums[0] !== $row[1]) {
                $this->gone .= pack('q', $row[0]);
                continue;
            }
            $this->change($row, $sums);
            $sums = $this->next();
        }
        for (; $sums !== null; $sums = $this->next()) {
            $this->new .= pack('q6', 0, ...array_slice($sums, 0, 5));
        }
    }

    /**
     * @param list<mixed> $row as stored
     * @param list<int> $sums as they are now
     */
    private function change(array $row, array $sums): void
    {
        [$user, $upload, $download, $nodes, $records, $merged] = $sums;
        if ($merged > 0) {
            // A merged day tells less than its rows did.
            [$nodes, $records] = [max($nodes, (int) $row[5]), max($records, (int) $row[6])];
        }
        if (array_slice($row, 2) !== [$upload, $download, $upload + $download, $nodes, $records]) {
            $this->changed .= pack('q6', $row[0], $user, $upload, $download, $nodes, $records);
        }
    }

    /** @return list<int>|null the next user of the sums */
    private function next(): ?array
    {
        if ($this->at >= strlen($this->users)) {
            return null;
        }
        $user = unpack('q6', $this->users, $this->at) ?: [];
        $this->at += self::PACKED;
        return array_values($user);
    }

    private function insert(string $id, string $packed): void
    {
        foreach (str_split($packed, self::ROWS_A_WRITE * self::PACKED) as $chunk) {
            $rows = [];
            foreach ($chunk === '' ? [] : str_split($chunk, self::PACKED) as $change) {
                [$row, $user, $upload, $download, $nodes, $records] = array_values(unpack('q6', $change) ?: []);
                $rows[] = ($id === '' ? '(' : "($row, ") . "$user, '$this->date', $upload, $download, "
                    . ($upload + $download) . ", $nodes, $records)";
            }
            if ($rows !== []) {
                $this->db->execute(
                    "INSERT INTO daily_user_traffic ({$id}user_id, date, total_upload, total_download, total_traffic,"
                    . ' unique_nodes, usage_records) VALUES ' . implode(', ', $rows) . ' ON DUPLICATE KEY UPDATE'
                    . ' total_upload = VALUES(total_upload), total_download = VALUES(total_download),'
                    . ' total_traffic = VALUES(total_traffic), unique_nodes = VALUES(unique_nodes),'
                    . ' usage_records = VALUES(usage_records)',
                );
            }
        }
    }
}
