<?php

declare(strict_types=1);

namespace TrafficEngine\Bench;

use RuntimeException;

/** Asks both sites in turn, so that whatever else the machine does disturbs all alike. */
final class Measurement
{
    /** Users of the data sets: those of the other benchmarks, and a large shop. */
    public const USERS = [5_000, 45_000];

    private const ROUNDS = 15;
    /** The original takes seconds. */
    private const ROUNDS_OF_ORIGINAL = 3;
    private const IDLE_ROUNDS = 4_000;
    private const MB = 1_000_000;

    public function __construct(
        private readonly Shop $shop,
        private readonly Host $host,
        private readonly Host $plain,
        private readonly Report $report,
    ) {
    }

    /** What an extension that nobody asks adds to a request. */
    public function idle(): void
    {
        $this->report->progress('a page without a question, ' . self::IDLE_ROUNDS . ' times each');
        $times = ['extension' => [], 'plain' => []];
        for ($round = 0; $round < self::IDLE_ROUNDS; $round++) {
            foreach (['extension' => $this->host, 'plain' => $this->plain] as $name => $site) {
                $site->measure('nothing');
                $times[$name][] = 1e3 * $site->roundTrip();
            }
        }
        $medians = array_map(Report::median(...), $times);
        $this->report->figure('idle request, plain PHP, µs', $medians['plain']);
        $this->report->figure('idle request, with the extension, µs', $medians['extension']);
        $this->report->atMost('the idle extension adds to a request, µs', $medians['extension'] - $medians['plain'], 50);
        $this->report->figure('idle worker, plain PHP, MB', $this->privateOf($this->plain));
        $this->report->figure('idle worker, with the extension, MB', $this->privateOf($this->host));
    }

    /** The month's ranking of a hundred users. */
    public function ranking(int $users): void
    {
        $this->report->progress("$users users: a ranking of 100");
        $plainBefore = $this->privateOf($this->plain);
        $answer = $this->host->measure('ranking');
        $this->report->figure("$users users: first ranking, builds the snapshot, ms", $this->host->note()['ms']);
        $times = ['extension' => [], 'round trip' => [], 'pure' => [], 'original' => []];
        $peak = 0;
        for ($round = 0; $round < self::ROUNDS; $round++) {
            self::same($answer, $this->host->measure('ranking'), 'the extension, asked again,');
            $times['extension'][] = $this->host->note()['ms'];
            $times['round trip'][] = $this->host->roundTrip();
            self::same($answer, $this->plain->measure('ranking'), 'pure PHP');
            $times['pure'][] = $this->plain->note()['ms'];
            $peak = max($peak, $this->plain->note()['peak']);
            if ($round < self::ROUNDS_OF_ORIGINAL) {
                self::same($answer, $this->plain->measure('original'), 'the original');
                $times['original'][] = $this->plain->note()['ms'];
            }
        }
        $medians = array_map(Report::median(...), $times);
        $this->report->figure("$users users: pure PHP, ms", $medians['pure']);
        $this->report->figure("$users users: the original's way, ms", $medians['original']);
        $this->report->figure("$users users: whole request with the extension, ms", $medians['round trip']);
        $this->report->atMost("$users users: extension, warm, looks at the database each time, ms", $medians['extension'], 15);
        $this->report->atLeast("$users users: pure PHP / extension", $medians['pure'] / $medians['extension'], 50);
        $this->report->atLeast("$users users: original / pure PHP", $medians['original'] / $medians['pure'], 3);
        $this->report->atMost("$users users: pure PHP, peak memory of the request, MB", $peak / self::MB, 16);
        $worker = $this->privateOf($this->host);
        $this->report->atMost("$users users: worker with the extension above plain PHP, MB", $worker - $plainBefore, 20);
    }

    /** All users as JSON: straight from the engine, and through PHP's arrays. */
    public function allUsers(int $users): void
    {
        $this->report->progress("$users users: all of them");
        $times = ['json' => [], 'arrays' => []];
        $peak = 0;
        for ($round = 0; $round < self::ROUNDS; $round++) {
            $json = $this->host->action(['action' => 'get_user_traffic_rankings', 'time_range' => 'month', 'limit' => 'all']);
            $times['json'][] = $this->host->note()['ms'];
            $peak = max($peak, $this->host->note()['peak']);
            $arrays = $this->host->measure('all');
            $times['arrays'][] = $this->host->note()['ms'];
            self::same(self::data($arrays), self::data($json), 'the JSON path');
        }
        $medians = array_map(Report::median(...), $times);
        $this->report->figure("$users users: action by the JSON path, whole page, ms", $medians['json']);
        $this->report->figure("$users users: function and json_encode, ms", $medians['arrays']);
        $this->report->atMost("$users users: action, peak memory of the request, MB", $peak / self::MB, 64);
        $this->report->atLeast("$users users: arrays / JSON path", $medians['arrays'] / $medians['json'], 3);
    }

    private function privateOf(Host $site): float
    {
        return (int) $site->measure('memory') / self::MB;
    }

    private static function data(string $json): string
    {
        return md5(serialize(json_decode($json, true, flags: JSON_THROW_ON_ERROR)['data']));
    }

    private static function same(string $expected, string $got, string $who): void
    {
        if ($expected !== $got) {
            throw new RuntimeException("$who answered " . substr($got, 0, 200) . ' where ' . substr($expected, 0, 200) . ' was answered before');
        }
    }
}
