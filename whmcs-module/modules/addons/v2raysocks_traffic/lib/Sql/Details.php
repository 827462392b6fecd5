<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** One user or node with its last 30 days, newest first. */
final class Details
{
    private const DAYS_BEFORE_TODAY = 29;

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return array<string, mixed>|null */
    public function ofUser(int $id): ?array
    {
        $user = $this->db->row('SELECT * FROM user WHERE id = ?', [$id]);
        if ($user === null) {
            return null;
        }
        $history = [];
        foreach ($this->days($this->recent()->and('uu.user_id = ?', $id)) as $date => [$upload, $download]) {
            $history[] = ['date' => $date, 'daily_upload' => (float) $upload, 'daily_download' => (float) $download];
        }
        return ['user' => $user, 'traffic_history' => $history];
    }

    /** @return array<string, mixed>|null */
    public function ofNode(int $id): ?array
    {
        $node = $this->db->row('SELECT * FROM node WHERE id = ?', [$id]);
        if ($node === null) {
            return null;
        }
        $where = $this->recent();
        NodeIndex::read($this->db)->select($where, (string) $id);
        $stats = [];
        foreach ($this->days($where, ['uu.user_id']) as $date => [$upload, $download, $users]) {
            $stats[] = [
                'date' => $date,
                'unique_users' => count($users),
                'daily_upload' => (float) $upload,
                'daily_download' => (float) $download,
            ];
        }
        return ['node' => $node, 'traffic_stats' => $stats];
    }

    private function recent(): Where
    {
        return (new Where())->and('uu.t >= ?', $this->calendar->daysAgoStart(self::DAYS_BEFORE_TODAY));
    }

    /**
     * @param list<string> $further
     * @return array<string, array{int|float, int|float, array<int, true>}> upload, download, users by date, newest first
     */
    private function days(Where $where, array $further = []): array
    {
        $days = [];
        foreach ((new Sums($this->db))->byQuarter($where, $further) as $group) {
            $date = $this->calendar->date($group[0]);
            $days[$date] ??= [0, 0, []];
            $days[$date][0] += Number::sum($group[1]);
            $days[$date][1] += Number::sum($group[2]);
            if ($further !== []) {
                $days[$date][2][$group[5]] = true;
            }
        }
        krsort($days);
        return $days;
    }
}
