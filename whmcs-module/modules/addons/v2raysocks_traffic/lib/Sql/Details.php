<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;

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
        foreach ($this->daysOfUser($id) as $date => [$upload, $download]) {
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
        $stats = [];
        foreach ($this->daysOfNode($id) as $date => [$upload, $download, $users]) {
            $stats[] = [
                'date' => $date,
                'unique_users' => $users,
                'daily_upload' => (float) $upload,
                'daily_download' => (float) $download,
            ];
        }
        return ['node' => $node, 'traffic_stats' => $stats];
    }

    /** @return array<string, array{int|float, int|float, int}> upload and download by date, newest first */
    private function daysOfUser(int $id): array
    {
        return $this->db->consistently(function () use ($id): array {
            $summed = SummedDays::within($this->db, $this->calendar, $this->recent());
            $days = $summed->ofUser($id);
            return $this->days($days, Where::withinAny($summed->rest)->and('uu.user_id = ?', $id));
        });
    }

    /** @return array<string, array{int|float, int|float, int}> upload, download, users by date, newest first */
    private function daysOfNode(int $id): array
    {
        return $this->db->consistently(function () use ($id): array {
            $index = NodeIndex::read($this->db);
            $summed = SummedDays::mergedWithin($this->db, $this->calendar, $this->recent());
            $days = $summed->ofNode($index, (string) $id);
            $history = History::ofNodes($this->db, $summed->rest);
            $where = Where::withinAny($summed->rest);
            $index->select($where, (string) $id);
            return $this->days($days, $where, ['uu.user_id'], $history);
        });
    }

    private function recent(): Window
    {
        return new Window($this->calendar->daysAgoStart(self::DAYS_BEFORE_TODAY), null);
    }

    /**
     * @param array<string, array{int, int, int}> $summed sums beside those of the rows that are asked for
     * @param list<string> $further
     * @return array<string, array{int|float, int|float, int}> upload, download, distinct values of the further column by date
     */
    private function days(array $summed, Where $where, array $further = [], ?History $history = null): array
    {
        $days = [];
        foreach ((new Sums($this->db, $history))->byQuarter($where, $further) as $group) {
            $date = $this->calendar->date($group[0]);
            $days[$date] ??= [0, 0, []];
            $days[$date][0] += Number::sum($group[1]);
            $days[$date][1] += Number::sum($group[2]);
            if ($further !== []) {
                $days[$date][2][$group[5]] = true;
            }
        }
        $days = array_map(static fn (array $of): array => [$of[0], $of[1], count($of[2])], $days);
        foreach ($summed as $date => [$upload, $download, $seen]) {
            $of = $days[$date] ?? [0, 0, 0];
            $days[$date] = [$of[0] + $upload, $of[1] + $download, max($of[2], $seen)];
        }
        krsort($days);
        return $days;
    }
}
