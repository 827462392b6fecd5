<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Export;

use V2RaySocksTraffic\Http\Response;
use V2RaySocksTraffic\Json;
use V2RaySocksTraffic\Spool;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Writes a sheet as a download, row by row. Nothing is sent before the first row or failure is known. */
final class Writer
{
    private const STEM_CHARS = 120;

    /** Marks the text as UTF-8, without which spreadsheets garble it. */
    private const BOM = "\xEF\xBB\xBF";

    public function __construct(private readonly Sheet $sheet, private readonly Calendar $calendar)
    {
    }

    public function csv(): void
    {
        $this->write('csv', 'text/csv; charset=UTF-8', $this->spoolCsv(...));
    }

    public function json(): void
    {
        $this->write('json', 'application/json', $this->spoolJson(...));
    }

    /** @param callable(Spool): int $fill returns the number of rows */
    private function write(string $ending, string $type, callable $fill): void
    {
        Response::expectFailure();
        $spool = new Spool();
        $count = $fill($spool);
        if ($count === 0 && $this->sheet->emptyNotice() !== null) {
            self::succeed();
            echo $this->sheet->emptyNotice();
            return;
        }
        $head = $ending === 'json'
            ? "{\n    \"export_info\": " . self::indented($this->sheet->info($count), 1) . ",\n    \"data\": "
            : '';
        self::succeed();
        $this->start($type, $ending);
        Response::length(strlen($head) + $spool->bytes());
        echo $head;
        $spool->send();
    }

    /** Everything is made, and nothing may cut it any more. */
    private static function succeed(): void
    {
        set_time_limit(0);
        if (!headers_sent()) {
            http_response_code(200);
        }
    }

    private function spoolCsv(Spool $spool): int
    {
        $count = 0;
        $spool->write(self::BOM . Cell::line($this->sheet->titles()));
        foreach ($this->sheet->rows() as $row) {
            $count++;
            $spool->write(Cell::line($this->sheet->cells($row, $count)));
        }
        return $count;
    }

    private function spoolJson(Spool $spool): int
    {
        $count = 0;
        foreach ($this->sheet->rows() as $row) {
            $count++;
            $spool->write(($count === 1 ? "[\n        " : ",\n        ") . self::indented($this->sheet->record($row), 2));
        }
        $spool->write(($count === 0 ? '[]' : "\n    ]") . "\n}");
        return $count;
    }

    private static function indented(mixed $value, int $depth): string
    {
        return str_replace("\n", "\n" . str_repeat('    ', $depth), Json::pretty($value));
    }

    private function start(string $type, string $ending): void
    {
        if (headers_sent()) {
            return;
        }
        $stem = substr((string) preg_replace('/[^A-Za-z0-9_-]/', '', $this->sheet->stem()), 0, self::STEM_CHARS);
        $stamp = $this->calendar->format($this->calendar->now(), 'Y-m-d_H-i-s');
        header("Content-Type: $type");
        header("Content-Disposition: attachment; filename=\"{$stem}_$stamp.$ending\"");
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
    }
}
