<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What happens now: active users, recent windows, today by hour. */
final class Live
{
    private const ACTIVE_S = ['5min' => 300, '1hour' => 3600, '4hour' => 14400, '24hours' => 86400];

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return array<string, mixed> */
    public function stats(): array
    {
        $now = $this->calendar->now();
        $usage = $this->db->consistently($this->usage(...));
        $nodes = $this->db->row(
            'SELECT COUNT(*) AS total, COUNT(IF(last_online >= ?, 1, NULL)) AS online FROM node',
            [$now - NodeRanking::ONLINE_S],
        );
        $users = $this->db->row('SELECT COUNT(*) AS total FROM user');
        return [
            'total_users' => $users['total'] ?? 0,
            'active_users' => array_combine(
                array_keys(self::ACTIVE_S),
                array_map(static fn (string $name): mixed => $usage["active_$name"], array_keys(self::ACTIVE_S)),
            ),
            'total_nodes' => $nodes['total'] ?? 0,
            'online_nodes' => $nodes['online'] ?? 0,
            'today_upload' => (float) $usage['today_upload'],
            'today_download' => (float) $usage['today_download'],
            'traffic_periods' => [
                '5min' => self::period($usage, '5min'),
                '1hour' => self::period($usage, '1hour'),
                '4hour' => self::period($usage, '4hour'),
                'monthly' => self::period($usage, 'monthly'),
            ],
            'last_updated' => $now,
        ];
    }

    /** @return array<string, mixed> all figures of the usage rows, in one pass over those that matter */
    private function usage(): array
    {
        $now = $this->calendar->now();
        [$today, $month] = [$this->calendar->todayStart(), $this->calendar->monthStart()];
        $isToday = "uu.t >= $today AND uu.t < " . $this->calendar->tomorrowStart();
        $columns = self::sums($isToday, 'today');
        foreach (self::ACTIVE_S as $name => $seconds) {
            $columns[] = 'COUNT(DISTINCT IF(uu.t >= ' . ($now - $seconds) . ", uu.user_id, NULL)) AS `active_$name`";
            array_push($columns, ...self::sums('uu.t >= ' . ($now - $seconds), $name));
        }
        array_push($columns, ...self::sums("uu.t >= $month", 'monthly'));
        $since = min($today, $now - Calendar::DAY_S);
        // Days before may only count towards the month.
        $summed = SummedDays::within($this->db, $this->calendar, new Window(min($month, $since), $since - 1));
        $where = Where::withinAny([...$summed->rest, new Window($since, null)]);
        $usage = $this->db->row('SELECT ' . implode(', ', $columns) . ' FROM user_usage uu' . $where->sql(), $where->params()) ?? [];
        foreach (['upload' => 1, 'download' => 2] as $way => $column) {
            $usage["monthly_$way"] = Number::sum($usage["monthly_$way"]) + array_sum(array_column($summed->days, $column));
        }
        return $usage;
    }

    /** @return list<string> */
    private static function sums(string $condition, string $name): array
    {
        return [
            "SUM(IF($condition, uu.u, 0)) AS `{$name}_upload`",
            "SUM(IF($condition, uu.d, 0)) AS `{$name}_download`",
        ];
    }

    /**
     * @param array<string, mixed> $usage
     * @return array<string, float>
     */
    private static function period(array $usage, string $name): array
    {
        [$upload, $download] = [Number::sum($usage["{$name}_upload"]), Number::sum($usage["{$name}_download"])];
        return ['upload' => (float) $upload, 'download' => (float) $download, 'total' => (float) ($upload + $download)];
    }

    /** @return array<string, mixed> */
    public function today(): array
    {
        $sums = array_fill(0, $this->calendar->hourNow() + 1, [0, 0]);
        $where = (new Where())
            ->and('uu.t >= ?', $this->calendar->todayStart())
            ->and('uu.t < ?', $this->calendar->tomorrowStart());
        foreach ((new Sums($this->db))->byQuarter($where) as [$quarter, $upload, $download]) {
            $hour = $this->calendar->hourOfDay($quarter);
            $sums[$hour] ??= [0, 0];
            $sums[$hour][0] += Number::sum($upload);
            $sums[$hour][1] += Number::sum($download);
        }
        ksort($sums);
        $hours = [];
        foreach ($sums as $hour => [$upload, $download]) {
            $hours[sprintf('%02d', $hour)] = ['upload' => (float) $upload, 'download' => (float) $download];
        }
        return [
            'date' => $this->calendar->today(),
            'hourly_stats' => $hours,
            'timezone' => $this->calendar->zoneName(),
            'last_updated' => $this->calendar->now(),
        ];
    }
}
