<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\TestCase;

/** The addon keeps the original's rules as to words beside bounds, and asks the extension about one period. */
final class PeriodsTest extends TestCase
{
    public function testMixturesHaveOneAnswerWithTheExtensionAndWithout(): void
    {
        Php::requireExtension();
        $world = World::shanghai('periods');
        $installation = Installation::of($world);
        $calls = $this->calls($world);
        $answers = [];
        foreach ([true, false] as $withExtension) {
            $installation->configure();
            $installation->clearActivityLog();
            $answers[] = array_column((new Php($installation, $withExtension))->ask($calls), 'result');
            self::assertSame([], preg_grep('/extension/', $installation->activityLog()));
        }
        foreach ($calls as $at => $call) {
            self::assertNull(Difference::of($answers[1][$at], $answers[0][$at]), json_encode($call, JSON_THROW_ON_ERROR));
        }
    }

    public function testGroupedRowsOfMixturesAreCutAlike(): void
    {
        Php::requireExtension();
        $world = World::shanghai('periods_g');
        $installation = Installation::of($world);
        $pages = [];
        foreach ([true, false] as $withExtension) {
            $installation->configure();
            $site = new Site('builtin', $installation, new Php($installation, $withExtension));
            foreach ($this->mixtures($world) as $at => $mixture) {
                $body = $site->get($mixture + ['service_id' => '508'])->body;
                // The sums by time; what is above them is as of the moment at which the page was made.
                $pages[$at][] = strstr($body, 'Traffic over time') ?: strstr($body, 'the time range starts at');
            }
            $site->stop();
        }
        foreach ($pages as $at => [$extension, $plain]) {
            self::assertNotFalse($extension);
            self::assertSame($plain, $extension, json_encode($this->mixtures($world)[$at], JSON_THROW_ON_ERROR));
        }
    }

    /** @return list<array<string, int|string>> words beside dates and timestamps */
    private function mixtures(World $world): array
    {
        [$first, $last] = [$world->date(7), $world->date(3)];
        $mixtures = [];
        foreach (['today', 'week', 'month', 'all', 'custom', 'time_range', 'last_6_hours', 'yesterday'] as $word) {
            $with = ['time_range' => $word];
            array_push(
                $mixtures,
                $with,
                $with + ['start_date' => $first, 'end_date' => $last],
                $with + ['start_date' => $last, 'end_date' => $last],
                $with + ['start_date' => $first],
                $with + ['end_date' => $last],
                $with + ['start_timestamp' => $world->now - 7_200, 'end_timestamp' => $world->now],
                $with + ['start_timestamp' => $world->midnight(5), 'end_timestamp' => $world->now],
                $with + ['start_timestamp' => $world->now - 7_200],
                $with + ['end_timestamp' => $world->now - 7_200, 'start_date' => $first],
                $with + ['start_timestamp' => $world->now - 7_200, 'end_timestamp' => $world->now, 'start_date' => $first, 'end_date' => $last],
            );
        }
        return $mixtures;
    }

    /** @return list<array<string, mixed>> */
    private function calls(World $world): array
    {
        $calls = [];
        $add = static function (string $function, mixed ...$arguments) use (&$calls): void {
            $calls[] = ['function' => $function, 'arguments' => $arguments];
        };
        foreach ($this->mixtures($world) as $of) {
            $dates = [$of['start_date'] ?? null, $of['end_date'] ?? null];
            $seconds = [$of['start_timestamp'] ?? null, $of['end_timestamp'] ?? null];
            $add('getUserTrafficRankings', 'traffic_desc', $of['time_range'], PHP_INT_MAX, ...$dates, ...$seconds);
            $add('getNodeTrafficRankings', 'traffic_desc', $of['time_range'], ...$seconds);
            $add('getUsageRecords', null, 12, $of['time_range'], PHP_INT_MAX, ...$dates, ...[null], ...$seconds);
            $add('getUserTrafficChart', 3, $of['time_range'], ...$dates, ...$seconds);
            $add('getNodeTrafficChart', 1, $of['time_range'], ...$seconds);
            $add('getTrafficData', $of + ['user_id' => 9]);
            $add('getDayTraffic', $of + ['sid' => 508]);
        }
        foreach (['custom', 'time_range', 'all'] as $word) {
            foreach (['user', 'node', 'time', 'hourly'] as $group) {
                $calls[] = ['class' => 'V2RaySocksTrafficAggregator', 'construct' => [], 'function' => 'streamProcessTrafficData',
                    'arguments' => [$word, $group]];
            }
        }
        return $calls;
    }
}
