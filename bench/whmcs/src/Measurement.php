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

    private float $idleMb = 0.0;

    public function __construct(
        private readonly Hosts $hosts,
        private readonly Report $report,
    ) {
    }

    /** What an extension that nobody asks adds to a request. */
    public function idle(): void
    {
        $this->report->progress('a page without a question, ' . self::IDLE_ROUNDS . ' times each');
        $times = ['extension' => [], 'plain' => []];
        for ($round = 0; $round < self::IDLE_ROUNDS; $round++) {
            $sites = ['extension' => $this->hosts->extension, 'plain' => $this->hosts->pure];
            foreach ($round % 2 === 0 ? $sites : array_reverse($sites) as $name => $site) {
                $site->measure('nothing');
                $times[$name][] = 1e3 * $site->roundTrip();
            }
        }
        $medians = array_map(Report::median(...), $times);
        $this->report->figure('idle request, plain PHP, µs', $medians['plain']);
        $this->report->figure('idle request, with the extension, µs', $medians['extension']);
        $this->report->atMost('the idle extension adds to a request, µs', $medians['extension'] - $medians['plain'], 50);
        $this->idleMb = $this->privateOf($this->hosts->pure);
        $this->report->figure('idle worker, plain PHP, MB', $this->idleMb);
        $this->report->figure('idle worker, with the extension, MB', $this->privateOf($this->hosts->extension));
    }

    /** The month's ranking of a hundred users. */
    public function ranking(int $users): void
    {
        $this->report->progress("$users users: a ranking of 100");
        $answer = $this->hosts->extension->measure('ranking');
        $this->report->figure("$users users: first ranking, builds the snapshot, ms", $this->hosts->extension->note()['ms']);
        $times = ['extension' => [], 'round trip' => [], 'pure' => [], 'original' => []];
        $peak = 0;
        for ($round = 0; $round < self::ROUNDS; $round++) {
            self::same($answer, $this->hosts->extension->measure('ranking'), 'the extension, asked again,');
            $times['extension'][] = $this->hosts->extension->note()['ms'];
            $times['round trip'][] = $this->hosts->extension->roundTrip();
            self::same($answer, $this->hosts->pure->measure('ranking'), 'pure PHP');
            $times['pure'][] = $this->hosts->pure->note()['ms'];
            $peak = max($peak, $this->hosts->pure->note()['peak']);
            if ($round < self::ROUNDS_OF_ORIGINAL) {
                self::same($answer, $this->hosts->original->measure('original'), 'the original');
                $times['original'][] = $this->hosts->original->note()['ms'];
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
        self::same($answer, $this->hosts->arrays->measure('ranking'), 'another worker');
        $this->report->figure("$users users: worker of pure PHP, MB", $this->privateOf($this->hosts->pure));
        $builder = $this->privateOf($this->hosts->extension) - $this->idleMb;
        $other = $this->privateOf($this->hosts->arrays) - $this->idleMb;
        $this->report->atMost("$users users: worker with the extension above an idle one of plain PHP, MB", $other, 20);
        $this->report->figure("$users users: the worker that built the snapshot above an idle one, MB", $builder);
    }

    /** All users as JSON: straight from the engine, through PHP's arrays, and by pure PHP. */
    public function allUsers(int $users): void
    {
        $this->report->progress("$users users: all of them");
        $action = ['action' => 'get_user_traffic_rankings', 'time_range' => 'month', 'limit' => 'all'];
        $times = ['json' => [], 'arrays' => [], 'pure' => []];
        $peaks = ['json' => 0, 'arrays' => 0, 'pure' => 0];
        for ($round = 0; $round < self::ROUNDS; $round++) {
            $answers = [
                'json' => $this->hosts->extension->action($action),
                'arrays' => $this->hosts->arrays->measure('all'),
                'pure' => $this->hosts->pure->action($action),
            ];
            foreach (['json' => $this->hosts->extension, 'arrays' => $this->hosts->arrays, 'pure' => $this->hosts->pure] as $way => $host) {
                self::same(self::data($answers['json']), self::data($answers[$way]), $way);
                $times[$way][] = $host->note()['ms'];
                $peaks[$way] = max($peaks[$way], $host->note()['peak']);
            }
        }
        $medians = array_map(Report::median(...), $times);
        $this->report->figure("$users users: function and json_encode, whole request in PHP, ms", $medians['arrays']);
        $this->report->figure("$users users: function and json_encode, peak memory, MB", $peaks['arrays'] / self::MB);
        $this->report->figure("$users users: action, pure PHP, whole request in PHP, ms", $medians['pure']);
        $this->report->atMost("$users users: action, pure PHP, peak memory of the request, MB", $peaks['pure'] / self::MB, 64);
        $this->report->figure("$users users: action by the JSON path, whole request in PHP, ms", $medians['json']);
        $this->report->atMost("$users users: action by the JSON path, peak memory of the request, MB", $peaks['json'] / self::MB, 64);
        $this->report->atLeast("$users users: arrays / JSON path", $medians['arrays'] / $medians['json'], 3);
    }

    private function privateOf(Host $site): float
    {
        return (int) $site->measure('memory') / self::MB;
    }

    /** A digest of what does not change while the clock runs on; PHP writes 1.0 as 1. */
    private static function data(string $json): string
    {
        $context = hash_init('xxh3');
        foreach (json_decode($json, true, flags: JSON_THROW_ON_ERROR)['data'] as $user) {
            unset($user['traffic_5min'], $user['traffic_1hour'], $user['traffic_4hour']);
            hash_update($context, serialize(array_map(static fn (mixed $value): mixed => is_int($value) ? (float) $value : $value, $user)));
        }
        return hash_final($context);
    }

    private static function same(string $expected, string $got, string $who): void
    {
        if ($expected !== $got) {
            throw new RuntimeException("$who answered " . substr($got, 0, 200) . ' where ' . substr($expected, 0, 200) . ' was answered before');
        }
    }
}
