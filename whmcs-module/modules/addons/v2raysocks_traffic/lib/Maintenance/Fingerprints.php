<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\Where;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Tells days with other rows from days with the same: computed by the server in one pass, as the engine has it. */
final class Fingerprints
{
    /** Values of a row as text with commas between; the hash of a day is the sum of its rows' hashes. */
    public const HASH = "CRC32(CONCAT_WS(',', uu.id, uu.user_id, uu.t, uu.u, uu.d,"
        . ' COALESCE(CAST(FLOOR(uu.count_rate * 1000 + 0.5) AS SIGNED), -1), CONVERT(uu.node USING utf8mb4)))';

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar, private readonly string $zone)
    {
    }

    /** @return array<string, DayPrint> by date, those with rows */
    public function within(Window $window): array
    {
        $prints = [];
        $where = Where::within($window);
        $isDay = Where::IS_DAY;
        $rows = $this->db->stream(
            'SELECT ' . $this->dayNumber() . ' AS day, COUNT(*), SUM(uu.u), SUM(uu.d), SUM(' . self::HASH . '),'
            . " CAST(SUM($isDay) AS SIGNED), SUM(IF($isDay, uu.u, 0)) + SUM(IF($isDay, uu.d, 0))"
            . ' FROM user_usage uu' . $where->sql() . ' GROUP BY day ORDER BY NULL',
            $where->params(),
        );
        foreach ($rows as [$day, $records, $upload, $download, $hash, $dayRecords, $dayTraffic]) {
            $prints[gmdate('Y-m-d', (int) $day * Calendar::DAY_S)] =
                new DayPrint($this->zone, "$records:$upload:$download:$hash", (int) $dayRecords, (string) $dayTraffic);
        }
        return $prints;
    }

    public function of(string $date): DayPrint
    {
        $window = new Window($this->calendar->startOf($date), $this->calendar->endOf($date));
        return $this->within($window)[$date] ?? DayPrint::ofNoRows($this->zone);
    }

    /** Local days since 1970-01-01, by the zone's offset at the time. */
    private function dayNumber(): string
    {
        $cases = '';
        $earliest = 0;
        foreach ($this->calendar->offsets() as $start => $earliest) {
            $cases .= " WHEN uu.t >= $start THEN $earliest";
        }
        return "(uu.t + CASE$cases ELSE $earliest END) DIV " . Calendar::DAY_S;
    }
}
