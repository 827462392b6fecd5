<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Export;

use V2RaySocksTraffic\Json;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Writes a sheet as a download, row by row. Nothing is sent before the first row or failure is known. */
final class Writer
{
    private const SPOOL = 'php://temp/maxmemory:1048576';
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

    /** @param callable(resource): int $fill returns the number of rows */
    private function write(string $ending, string $type, callable $fill): void
    {
        $spool = fopen(self::SPOOL, 'w+b');
        if ($spool === false) {
            throw new \RuntimeException('no temporary file');
        }
        $count = $fill($spool);
        if ($count === 0 && $this->sheet->emptyNotice() !== null) {
            echo $this->sheet->emptyNotice();
            return;
        }
        $this->start($type, $ending);
        if ($ending === 'json') {
            echo "{\n    \"export_info\": " . self::indented($this->sheet->info($count), 1) . ",\n    \"data\": ";
        }
        rewind($spool);
        fpassthru($spool);
        fclose($spool);
    }

    /** @param resource $spool */
    private function spoolCsv($spool): int
    {
        $count = 0;
        fwrite($spool, self::BOM);
        fputcsv($spool, $this->sheet->titles(), ',', '"', '');
        foreach ($this->sheet->rows() as $row) {
            $count++;
            fputcsv($spool, array_map(Cell::safe(...), $this->sheet->cells($row, $count)), ',', '"', '');
        }
        return $count;
    }

    /** @param resource $spool */
    private function spoolJson($spool): int
    {
        $count = 0;
        foreach ($this->sheet->rows() as $row) {
            $count++;
            fwrite($spool, ($count === 1 ? "[\n        " : ",\n        ") . self::indented($this->sheet->record($row), 2));
        }
        fwrite($spool, ($count === 0 ? '[]' : "\n    ]") . "\n}");
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
