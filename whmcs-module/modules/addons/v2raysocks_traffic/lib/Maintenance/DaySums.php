<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\NodeIndex;
use V2RaySocksTraffic\Sql\Number;
use V2RaySocksTraffic\Sql\Sums;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The rows of one local day, summed by user, by node and by hour in one pass. Users are packed into one text, so that
 * 45 000 of them take 2 MB; of a user's nodes and hours only those of one user at a time are in memory.
 */
final class DaySums
{
    /** Packed users: id, upload, download, nodes, rows, rows that merged a day. */
    public string $users = '';

    /** @var array<string, array{int|float, int|float, int, int, int|null, string}> upload, download, users, rows, last user, text; by row */
    public array $nodes = [];

    /** @var array<int|string, int> hours as bits by node, as texts tell them apart */
    private array $hoursOfNodes = [];

    /** @var array<string, array{int|string, string}|null> the node of a text, and its row; null for merged days */
    private array $meanings = [];

    /** @var list<array{int, int|float, int|float}> users, bytes, most bytes of one user; by number of the hour */
    public array $hours = [];

    /** @var list<int> first second of each hour of the day */
    public readonly array $hourStarts;

    /** @var list<int|float> rows, upload, download, hash of all; rows that merged a day and their bytes */
    private array $all = [0, 0, 0, 0, 0, 0];

    private ?int $user = null;

    /** @var list<int|float> upload, download, rows, merged rows of the user at hand */
    private array $sums = [0, 0, 0, 0];

    /** @var array<int|string, true> */
    private array $nodesOfUser = [];

    /** @var array<int, int|float> bytes of the user at hand by hour */
    private array $hoursOfUser = [];

    private function __construct(private readonly NodeIndex $index, private readonly string $date, Calendar $calendar)
    {
        $hours = [];
        for ($t = $calendar->startOf($date); $t <= $calendar->endOf($date); $t += Sums::QUARTER_S) {
            $hours[$calendar->hourStart($t)] = true;
        }
        $this->hourStarts = array_keys($hours);
        $this->hours = array_fill(0, count($hours), [0, 0, 0]);
    }

    public static function read(Connection $db, Calendar $calendar, NodeIndex $index, string $date): self
    {
        $sums = new self($index, $date, $calendar);
        $groups = (new Sums($db))->byUserNodeAndHour($calendar->startOf($date), $calendar->endOf($date), $sums->hourStarts, Fingerprints::hash($db));
        foreach ($groups as [$user, $text, $hour, $upload, $download, $records, $hash]) {
            $user = (int) $user;
            if ($user !== $sums->user) {
                $sums->endUser();
                $sums->user = $user;
            }
            $sums->all[3] += (int) $hash;
            $sums->add((string) $text, $hour, Number::sum($upload), Number::sum($download), $records);
        }
        $sums->endUser();
        return $sums;
    }

    /** @return DayPrint|null of the rows that were summed; null where sums of all of them are too large for exact numbers */
    public function print(string $zone): ?DayPrint
    {
        [$records, $upload, $download, $hash, $dayRecords, $dayTraffic] = $this->all;
        return array_filter($this->all, 'is_float') === []
            ? new DayPrint($zone, "$records:$upload:$download:$hash", (int) $dayRecords, (string) $dayTraffic)
            : null;
    }

    /** @return array<int, int> nodes by number of the hour */
    public function nodesByHour(): array
    {
        $counts = array_fill(0, count($this->hours), 0);
        foreach ($this->hoursOfNodes as $bits) {
            for ($hour = 0; $bits !== 0; $hour++, $bits >>= 1) {
                $counts[$hour] += $bits & 1;
            }
        }
        return $counts;
    }

    /** A sum as the columns hold it. */
    public static function fitting(int|float $sum, string $of, string $date): int
    {
        return is_int($sum) ? $sum : throw Unavailable::ofRows(
            "the traffic of $of on $date is more than a bigint holds; correct its rows in user_usage"
        );
    }

    private function add(string $text, int $hour, int|float $upload, int|float $download, int $records): void
    {
        $this->sums[0] += $upload;
        $this->sums[1] += $download;
        $this->sums[2] += $records;
        $this->all[0] += $records;
        $this->all[1] += $upload;
        $this->all[2] += $download;
        // Marked, because PHP would turn digits into another kind of key.
        if (!array_key_exists("=$text", $this->meanings)) {
            $node = $this->index->keyOf($text);
            $this->meanings["=$text"] = $node === null ? null : [$node, $this->index->rowOf($text)];
        }
        $meaning = $this->meanings["=$text"];
        if ($meaning === null) {
            $this->sums[3] += $records;
            $this->all[4] += $records;
            $this->all[5] += $upload + $download;
            return;
        }
        [$node, $row] = $meaning;
        $this->nodesOfUser[$node] = true;
        $this->hoursOfUser[$hour] = ($this->hoursOfUser[$hour] ?? 0) + $upload + $download;
        $this->hoursOfNodes[$node] = ($this->hoursOfNodes[$node] ?? 0) | 1 << $hour;
        $this->nodes[$row] ??= [0, 0, 0, 0, null, $text];
        $this->addToNode($row, $upload, $download, $records);
    }

    private function addToNode(string $row, int|float $upload, int|float $download, int $records): void
    {
        $of = &$this->nodes[$row];
        $of[0] += $upload;
        $of[1] += $download;
        $of[2] += $of[4] === $this->user ? 0 : 1;
        $of[3] += $records;
        $of[4] = $this->user;
    }

    private function endUser(): void
    {
        if ($this->user === null) {
            return;
        }
        [$upload, $download, $records, $merged] = $this->sums;
        self::fitting($upload + $download, "user $this->user", $this->date);
        $this->users .= pack('q6', $this->user, $upload, $download, count($this->nodesOfUser), $records, $merged);
        foreach ($this->hoursOfUser as $hour => $bytes) {
            [$users, $sum, $most] = $this->hours[$hour];
            $this->hours[$hour] = [$users + 1, $sum + $bytes, max($most, $bytes)];
        }
        [$this->sums, $this->nodesOfUser, $this->hoursOfUser] = [[0, 0, 0, 0], [], []];
    }
}
