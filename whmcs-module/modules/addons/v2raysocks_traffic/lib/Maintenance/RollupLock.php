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
 * One row that every writer locks first, in every transaction. Who waits for it reads afterwards, so nobody writes
 * older sums over newer ones.
 */
final class RollupLock
{
    /** Longest wait for others; a day takes a few seconds. */
    public const WAIT_S = 10;

    public function __construct(private readonly Connection $db, private readonly string $zone)
    {
        $db->waitAtMost(self::WAIT_S);
    }

    /**
     * Runs one transaction with the lock, after the tables were turned to our zone where they were kept in another.
     *
     * @template T
     * @param callable(int): T $work told the second before the moment of what it reads
     * @return T
     */
    public function hold(callable $work): mixed
    {
        return $this->db->transaction(function () use ($work): mixed {
            $state = $this->db->row('SELECT * FROM traffic_engine_rollup_state WHERE id = 1 FOR UPDATE')
                ?? throw new Unavailable('the pre-aggregates are not set up; create their tables on the status page of the addon');
            if ((int) $state['version'] !== RollupTables::VERSION) {
                throw new Unavailable('a later release made the tables of the pre-aggregates; use that one');
            }
            $now = time();
            if ($state['zone'] !== $this->zone) {
                $this->changeZone();
            }
            $this->noticeNodes($state);
            return $work($now);
        });
    }

    /**
     * What was merged away was of days that are none any more, and so were hours. Of users the merged days remain, and
     * what was known of their nodes.
     */
    private function changeZone(): void
    {
        foreach (['daily_node_traffic', 'hourly_stats', 'traffic_engine_rollup_nodes', 'traffic_engine_rollup_days'] as $table) {
            $this->db->execute("DELETE FROM $table");
        }
        $this->db->execute('UPDATE traffic_engine_rollup_state SET zone = ? WHERE id = 1', [$this->zone]);
    }

    /**
     * Where nodes were added, renamed or removed, texts of rows may mean others than they did.
     *
     * @param array<string, mixed> $state
     */
    private function noticeNodes(array $state): void
    {
        $list = NodeIndex::read($this->db)->fingerprint();
        // Without the column, in tables of an older make, nobody notices.
        if (!array_key_exists('node_list', $state) || $state['node_list'] === $list) {
            return;
        }
        if ($state['node_list'] !== null) {
            // Days that have rows beside the merged ones.
            (new RollupDays($this->db))->invalidate("fingerprint NOT LIKE CONCAT(day_records, ':%')");
        }
        $this->db->execute('UPDATE traffic_engine_rollup_state SET node_list = ? WHERE id = 1', [$list]);
    }
}
