<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\Number;
use V2RaySocksTraffic\Sql\Where;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Tells days with other rows from days with the same: computed by the server in one pass, as the engine has it. */
final class Fingerprints
{
    private const NUMBERS = ['id', 'user_id', 't', 'u', 'd'];

    private const KINDS = 'SELECT LOWER(COLUMN_NAME) AS name, LOWER(DATA_TYPE) AS kind FROM information_schema.COLUMNS'
        . " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_usage'";

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar, private readonly string $zone)
    {
    }

    /**
     * Values of a row as text with commas between; the hash of a day is the sum of its rows' hashes. Numbers of columns that
     * are no integers are written out as such, as the engine has them.
     */
    public static function hash(Connection $db): string
    {
        $kinds = array_column($db->rows(self::KINDS), 'kind', 'name');
        $numbers = array_map(
            static fn (string $name): string => str_ends_with((string) ($kinds[$name] ?? 'int'), 'int')
                ? "uu.$name"
                : "CAST(uu.$name AS DECIMAL(65, 0))",
            self::NUMBERS,
        );
        return "CRC32(CONCAT_WS(',', " . implode(', ', $numbers) . ','
            . ' COALESCE(CAST(FLOOR(uu.count_rate * 1000 + 0.5) AS SIGNED), -1), CONVERT(uu.node USING utf8mb4)))';
    }

    /** @return array<string, DayPrint> by date, those with rows */
    public function within(Window $window): array
    {
        $prints = [];
        $where = Where::within($window);
        $isDay = Where::IS_DAY;
        $rows = $this->db->stream(
            'SELECT ' . $this->dayNumber() . ' AS day, COUNT(*), SUM(uu.u), SUM(uu.d), SUM(' . self::hash($this->db) . '),'
            . " CAST(SUM($isDay) AS SIGNED), SUM(IF($isDay, uu.u, 0)) + SUM(IF($isDay, uu.d, 0))"
            . ' FROM user_usage uu' . $where->sql() . ' GROUP BY day ORDER BY NULL',
            $where->params(),
        );
        foreach ($rows as [$day, $records, $upload, $download, $hash, $dayRecords, $dayTraffic]) {
            $prints[gmdate('Y-m-d', (int) $day * Calendar::DAY_S)] =
                new DayPrint(
                    $this->zone,
                    implode(':', array_map(Number::digits(...), [$records, $upload, $download, $hash])),
                    (int) $dayRecords,
                    Number::digits($dayTraffic),
                );
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
