<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\Time\Calendar;
use V2RaySocksTraffic\Time\Meaning;
use V2RaySocksTraffic\Time\RangeRequest;
use V2RaySocksTraffic\Time\Reader;
use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Traffic of one user or one node over time, in GB; one entry per bucket that holds rows, in order of time. */
final class Chart
{
    public const DAYS = 'day';
    private const HOURS_OF_DAY = 'G';
    private const HOURS = 'hour';

    public function __construct(private readonly Connection $db, private readonly Calendar $calendar)
    {
    }

    /** @return array<string, mixed> */
    public function ofUser(Request $request): array
    {
        return $this->db->consistently(fn (): array => $this->userChart($request));
    }

    /** @return array<string, mixed> */
    public function ofNode(Request $request): array
    {
        return $this->db->consistently(fn (): array => $this->nodeChart($request));
    }

    /** @return array<string, mixed> */
    private function userChart(Request $request): array
    {
        $window = $request->range->resolve($this->calendar, Reader::Ranking);
        $index = NodeIndex::read($this->db);
        $buckets = self::userBuckets($request->range, $window);
        $summed = $this->summed($buckets, $window, $index);
        $days = $summed->ofUser((int) $request->userId);
        $history = History::ofUsers($this->db, $summed->rest);
        $where = Where::withinAny($summed->rest)->and('uu.user_id = ?', $request->userId);
        $groups = (new Sums($this->db, $history))->byQuarter($where, [Where::NODE]);
        $key = static fn (mixed $text): int|string|null => $index->keyOf((string) $text);
        return $this->lists($this->series($days, $groups, $buckets, $key), 'nodes') + [
            'user_id' => $request->userId,
            'time_range' => $request->range->word->text,
        ];
    }

    /** @return array<string, mixed> */
    private function nodeChart(Request $request): array
    {
        $window = $request->range->resolve($this->calendar, Reader::NodeChart);
        $index = NodeIndex::read($this->db);
        $buckets = self::nodeBuckets($request->range, $window);
        $id = (string) $request->nodeId;
        $summed = $buckets === self::DAYS
            ? SummedDays::mergedWithin($this->db, $this->calendar, $window)
            : SummedDays::none($this->db, $window);
        $days = $summed->ofNode($index, $id);
        $history = History::ofNodes($this->db, $summed->rest);
        $where = Where::withinAny($summed->rest);
        $index->select($where, $id);
        $groups = (new Sums($this->db, $history))->byQuarter($where, ['uu.user_id']);
        $key = static fn (mixed $user): int => (int) $user;
        return $this->lists($this->series($days, $groups, $buckets, $key), 'users') + [
            'node_id' => ctype_digit($id) && strlen($id) < 19 ? (int) $id : $id,
            'time_range' => $request->range->word->text,
        ];
    }

    /** Whole days come from the pre-aggregates where the chart is one of days. */
    private function summed(string $buckets, Window $window, NodeIndex $index): SummedDays
    {
        return $buckets === self::DAYS
            ? SummedDays::within($this->db, $this->calendar, $window, $index)
            : SummedDays::none($this->db, $window);
    }

    /** How a user's chart of a range that covers a window is cut. */
    public static function userBuckets(RangeRequest $range, Window $window): string
    {
        return match ($range->word->meaning) {
            Meaning::TimeRange => self::HOURS,
            Meaning::Custom => self::DAYS,
            default => self::wordBuckets($range, $window),
        };
    }

    /** How a node's chart of a range that covers a window is cut. */
    public static function nodeBuckets(RangeRequest $range, Window $window): string
    {
        return match ($range->word->meaning) {
            Meaning::Custom, Meaning::TimeRange => self::bySpan($window->span()),
            default => self::wordBuckets($range, $window),
        };
    }

    /** The words that both charts cut alike. */
    private static function wordBuckets(RangeRequest $range, Window $window): string
    {
        return match ($range->word->meaning) {
            // Labels tell hours apart on one day only, and timestamps may span several.
            Meaning::Today, Meaning::Yesterday => $range->hasTimestamps()
                ? self::bySpan($window->span())
                : self::HOURS_OF_DAY,
            Meaning::Last => self::bySpan($range->word->length),
            default => self::DAYS,
        };
    }

    private static function bySpan(?int $seconds): string
    {
        return $seconds !== null && $seconds <= Calendar::DAY_S ? self::HOURS : self::DAYS;
    }

    /**
     * @param array<string, array{int, int, int}> $days upload, download and distinct keys of days beside the groups
     * @param \Generator<int, list<mixed>> $groups
     * @param callable(mixed): (int|string|null) $keyOf
     * @return list<array{string, int|float, int|float, int}> label, upload, download, distinct keys
     */
    private function series(array $days, \Generator $groups, string $buckets, callable $keyOf): array
    {
        $series = [];
        foreach ($groups as [$quarter, $upload, $download, $records, , $seen]) {
            if ($records <= 0) {
                continue; // Merged rows are counted where they were, all of the day's sum.
            }
            $bucket = match ($buckets) {
                self::HOURS_OF_DAY => $this->calendar->hourOfDay($quarter),
                self::HOURS => $this->calendar->hourStart($quarter),
                default => $this->calendar->date($quarter),
            };
            $label = $buckets === self::DAYS ? (string) $bucket : $this->calendar->format($quarter, 'H:00');
            $series[$bucket] ??= [$label, 0, 0, []];
            $series[$bucket][1] += Number::sum($upload);
            $series[$bucket][2] += Number::sum($download);
            $key = $keyOf($seen);
            if ($key !== null) {
                $series[$bucket][3][$key] = true;
            }
        }
        $points = array_map(static fn (array $of): array => [$of[0], $of[1], $of[2], count($of[3])], $series);
        foreach ($days as $date => [$upload, $download, $seen]) {
            $point = $points[$date] ?? [$date, 0, 0, 0];
            $points[$date] = [$date, $point[1] + $upload, $point[2] + $download, max($point[3], $seen)];
        }
        ksort($points);
        return array_values($points);
    }

    /**
     * @param list<array{string, int|float, int|float, int}> $series
     * @return array<string, list<mixed>>
     */
    private function lists(array $series, string $seen): array
    {
        $lists = ['labels' => [], 'upload' => [], 'download' => [], 'total' => [], $seen => []];
        foreach ($series as [$label, $upload, $download, $count]) {
            $lists['labels'][] = $label;
            $lists['upload'][] = $upload / (float) Number::GB;
            $lists['download'][] = $download / (float) Number::GB;
            $lists['total'][] = ($upload + $download) / (float) Number::GB;
            $lists[$seen][] = $count;
        }
        return $lists;
    }
}
