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
            $now = time();
            if ($state['zone'] !== $this->zone) {
                $this->changeZone();
            }
            $this->noticeNodes($state);
            return $work($now);
        });
    }

    /** Days of another zone are not read and summed anew. What was merged away was of days that are none any more. */
    private function changeZone(): void
    {
        $this->db->execute('DELETE FROM traffic_engine_rollup_nodes');
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
        if ($state['node_list'] === $list) {
            return;
        }
        if ($state['node_list'] !== null) {
            (new RollupDays($this->db))->invalidate("SUBSTRING_INDEX(fingerprint, ':', 1) > day_records");
        }
        $this->db->execute('UPDATE traffic_engine_rollup_state SET node_list = ? WHERE id = 1', [$list]);
    }
}
