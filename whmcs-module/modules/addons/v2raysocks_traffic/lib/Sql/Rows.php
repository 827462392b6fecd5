<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\ByteFormat;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Reader;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Single usage rows with the user and node they belong to, newest first, equal times by id; streamed. */
final class Rows
{
    /** Users come by a join on their primary key, as all of them would not fit into memory. */
    private const FROM = ' FROM user_usage uu LEFT JOIN user us ON us.id = uu.user_id';
    /** Users whose ids are written into a statement. */
    private const USERS_MAX = 1000;
    private const NEWEST_FIRST = ' ORDER BY uu.t DESC, uu.id';

    /** Columns of a usage row that hold whole numbers. */
    private const NUMBERS = ['id', 'user_id', 't', 'u', 'd'];

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return \Generator<int, array<string, mixed>> */
    public function usageRecords(Request $request): \Generator
    {
        $where = Where::within($request->range->resolve($this->calendar, Reader::Ranking));
        $index = NodeIndex::read($this->db);
        if ($request->userId !== null) {
            $where->and('uu.user_id = ?', $request->userId);
        }
        if ($request->uuid !== null) {
            $this->ofUsers($where, self::uuidIs($request->uuid), $request->uuid);
        }
        if ($request->nodeId !== null) {
            $index->select($where, $request->nodeId);
        }
        $sql = 'SELECT uu.id, uu.user_id, uu.t, uu.u, uu.d, uu.node, uu.count_rate, us.uuid, us.sid' . self::FROM
            . $where->sql() . self::NEWEST_FIRST . self::limit($request);
        foreach ($this->db->stream($sql, $where->params()) as $row) {
            yield $this->usageRecord($row, $index);
        }
    }

    /**
     * @param list<mixed> $row
     * @return array<string, mixed>
     */
    private function usageRecord(array $row, NodeIndex $index): array
    {
        [, , , , , $text, $rate, $uuid] = $row;
        [$id, $user, $t, $upload, $download] = array_map(self::number(...), array_slice($row, 0, 5));
        $sid = Number::whole($row[8]);
        $node = $index->nodes[$index->idOf($text) ?? ''] ?? null;
        $total = $upload + $download;
        return [
            'id' => $id,
            'user_id' => $user,
            't' => $t,
            'u' => (float) $upload,
            'd' => (float) $download,
            'node' => $text,
            'count_rate' => (float) $rate === 0.0 ? 1.0 : (float) $rate,
            'uuid' => $uuid,
            'sid' => $sid,
            'node_name' => $node['name'] ?? null,
            'node_country' => $node['country'] ?? null,
            'total_traffic' => (float) $total,
            'formatted_time' => $this->calendar->format($t),
            'formatted_upload' => ByteFormat::auto($upload),
            'formatted_download' => ByteFormat::auto($download),
            'formatted_total' => ByteFormat::auto($total),
        ];
    }

    /** @return \Generator<int, array<string, mixed>> */
    public function traffic(Request $request): \Generator
    {
        $where = $this->trafficWhere($request);
        $index = NodeIndex::read($this->db);
        $todayStart = $this->calendar->todayStart();
        $sql = 'SELECT uu.*, us.uuid AS user_uuid, us.sid AS user_sid, us.transfer_enable AS user_quota, us.u AS user_u,'
            . ' us.d AS user_d, us.speedlimitss AS user_limit, us.speedlimitother AS user_other, us.illegal AS user_illegal'
            . self::FROM . $where->sql() . self::NEWEST_FIRST . self::limit($request);
        foreach ($this->db->streamNamed($sql, $where->params()) as $row) {
            yield self::trafficRow($row, $index, $request->enhanced, $todayStart);
        }
    }

    /** @return array<string, array<string, mixed>> the same rows summed by hour or day */
    public function groupedTraffic(Request $request): array
    {
        $where = $this->trafficWhere($request);
        $groups = new TrafficGroups($this->calendar);
        foreach ((new Sums($this->db))->byQuarter($where) as [, $upload, $download, , $newest]) {
            $groups->add($newest, Number::sum($upload), Number::sum($download));
        }
        return $groups->finish($request->range->word->text);
    }

    /** @return list<array<string, mixed>> traffic of listed users by local day and service, newest day first */
    public function dayTraffic(Request $request): array
    {
        $days = $this->db->consistently(fn (): array => $this->servicesByDay($request));
        krsort($days);
        $rows = [];
        foreach ($days as $date => $services) {
            ksort($services);
            foreach ($services as $sid => [$upload, $download]) {
                $rows[] = ['date' => $date, 'sid' => $sid, 'upload' => (float) $upload, 'download' => (float) $download];
            }
        }
        return $rows;
    }

    /** @return array<string, array<int, array{int|float, int|float}>> upload and download by date and service */
    private function servicesByDay(Request $request): array
    {
        $window = $request->range->resolve($this->calendar, Reader::Traffic);
        $filters = array_filter(
            ['us.sid = ?' => $request->serviceId, self::uuidIs((string) $request->uuid) => $request->uuid],
            static fn (mixed $value): bool => $value !== null,
        );
        $summed = SummedDays::within($this->db, $this->calendar, $window);
        $days = [];
        $ofTables = $summed->rows(
            'SELECT date, us.sid, SUM(total_upload) AS upload, SUM(total_download) AS download'
            . ' FROM daily_user_traffic JOIN user us ON us.id = user_id',
            implode(' AND ', ['us.id IS NOT NULL', ...array_keys($filters)]),
            array_values($filters),
            ' GROUP BY date, us.sid',
        );
        foreach ($ofTables as $row) {
            $days[$row['date']][$row['sid']] = [Number::sum($row['upload']), Number::sum($row['download'])];
        }
        $where = Where::withinAny($summed->rest)->and('us.id IS NOT NULL');
        foreach ($filters as $term => $value) {
            $where->and($term, $value);
        }
        foreach ((new Sums($this->db))->byQuarter($where, ['us.sid'], self::FROM) as [$quarter, $upload, $download, , , $sid]) {
            $of = &$days[$this->calendar->date($quarter)][$sid];
            $of = [($of[0] ?? 0) + Number::sum($upload), ($of[1] ?? 0) + Number::sum($download)];
            unset($of);
        }
        return $days;
    }

    /**
     * @param array<string, mixed> $row all columns of the usage row, then eight of its user
     * @return array<string, mixed>
     */
    private static function trafficRow(array $row, NodeIndex $index, bool $enhanced, int $todayStart): array
    {
        $usage = array_slice($row, 0, -8);
        [$uuid, $sid, $quota, $upload, $download, $limit, $otherLimit, $illegal] = array_values(array_slice($row, -8));
        foreach (self::NUMBERS as $column) {
            $usage[$column] = self::number($usage[$column]);
        }
        if ($usage['count_rate'] !== null) {
            $usage['count_rate'] = (float) $usage['count_rate'];
        }
        [$sid, $quota, $upload, $download, $limit, $otherLimit, $illegal] =
            array_map(Number::whole(...), [$sid, $quota, $upload, $download, $limit, $otherLimit, $illegal]);
        $text = $usage['node'];
        $node = $index->nodes[$index->idOf($text) ?? ''] ?? null;
        $unlisted = $enhanced && $text === NodeIndex::DAY ? 'Day Summary' : $text;
        $name = $node === null ? $unlisted : ($node['name'] === '' ? $text : $node['name']);
        return $usage + [
            'uuid' => $uuid,
            'service_id' => $sid,
            'transfer_enable' => $quota,
            'total_upload' => $upload,
            'total_download' => $download,
            'speedlimitss' => $limit,
            'speedlimitother' => $otherLimit,
            'illegal' => $illegal,
            'node_name' => $name,
        ] + ($enhanced ? [] : ['node_address' => $node['address'] ?? null]) + [
            'node_identifier' => $text,
            'current_node_name' => $usage['t'] >= $todayStart ? $name : '',
        ];
    }

    /** Plain letters are found by an index; a table of another character set may not hold the others. */
    private static function uuidIs(string $uuid): string
    {
        return mb_check_encoding($uuid, 'ASCII') ? 'us.uuid = ?' : 'CONVERT(us.uuid USING utf8mb4) = ?';
    }

    private static function number(mixed $value): int|float
    {
        return Number::whole($value) ?? 0;
    }

    /**
     * Keeps the rows of some users. They are looked up first: by their ids the database finds the rows in an index, by
     * a condition on the joined table it reads all.
     */
    private function ofUsers(Where $where, string $condition, int|string $value): void
    {
        $ids = array_column($this->db->rows("SELECT us.id FROM user us WHERE $condition LIMIT " . (self::USERS_MAX + 1), [$value]), 'id');
        if (count($ids) > self::USERS_MAX) {
            $where->and("uu.user_id IN (SELECT us.id FROM user us WHERE $condition)", $value);
        } else {
            $where->and($ids === [] ? '1 = 0' : 'uu.user_id IN (' . implode(', ', array_map('intval', $ids)) . ')');
        }
    }

    private static function limit(Request $request): string
    {
        return $request->limit === null ? '' : " LIMIT $request->limit";
    }

    private function trafficWhere(Request $request): Where
    {
        $where = Where::within($request->range->resolve($this->calendar, Reader::Traffic));
        if ($request->userId !== null) {
            $where->and('uu.user_id = ?', $request->userId);
        }
        if ($request->serviceId !== null) {
            $this->ofUsers($where, 'us.sid = ?', $request->serviceId);
        }
        if ($request->uuid !== null) {
            // Unlike LIKE it takes every character for itself.
            $this->ofUsers($where, 'INSTR(LOWER(CONVERT(us.uuid USING utf8mb4)), LOWER(?)) > 0', $request->uuid);
        }
        if ($request->nodeId !== null) {
            $where->and(Where::NODE . ' = ?', $request->nodeId);
        }
        // A merged day is no node, so in the enhanced view no node filter matches it.
        if ($request->enhanced && ($request->excludeDayTraffic || $request->nodeId !== null)) {
            $where->andNotDay();
        }
        return $where;
    }
}
