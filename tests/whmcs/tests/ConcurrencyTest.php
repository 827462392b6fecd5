<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** Twenty php-fpm workers asking at once while rows come in. */
final class ConcurrencyTest extends TestCase
{
    private const WORKERS = 20;
    private const ROUNDS = 12;
    /** Bytes of a batch, which is written in one transaction: an answer holds all of it or nothing. */
    private const BATCH = 10_000_019;
    private const USER = 3;

    /** @dataProvider variants */
    #[DataProvider('variants')]
    public function testNoAnswerIsTornOrGoesBack(bool $withExtension, bool $withCache): void
    {
        $installation = Installation::of(World::shanghai('busy'));
        $installation->configure($withCache ? Installation::withCache() : []);
        $installation->clearActivityLog();
        Servers::redis()->flushAll();
        $usage = $installation->usage();
        $site = new Site('fpm', $installation, new Php($installation, $withExtension));
        $base = self::total($site);
        $seen = $base;
        for ($round = 1; $round <= self::ROUNDS; $round++) {
            foreach ($this->askAtOnce($site, static fn () => self::writeBatch($usage, $installation->world->now)) as $total) {
                self::assertSame(0, ($total - $base) % self::BATCH, 'part of a batch was seen');
                self::assertLessThanOrEqual($base + $round * self::BATCH, $total);
                // A cached answer may be of any time since it was asked for first.
                self::assertGreaterThanOrEqual($withCache ? $base : $seen, $total, 'an answer went back');
            }
            $seen = $withCache ? $base : $base + $round * self::BATCH;
        }
        Servers::redis()->flushAll();
        self::assertSame($base + self::ROUNDS * self::BATCH, self::total($site), 'a batch was lost');
        self::assertSame('', $site->complaints());
        self::assertSame([], $installation->activityLog());
        $site->stop();
    }

    public static function variants(): iterable
    {
        foreach (Php::hasExtension() ? [false, true] : [false] as $withExtension) {
            foreach ([false, true] as $withCache) {
                yield ($withExtension ? 'extension' : 'pure PHP') . ($withCache ? ' with cache' : '') => [$withExtension, $withCache];
            }
        }
    }

    /**
     * Asks by all workers at once, and does something meanwhile.
     *
     * @return list<int> the totals they saw
     */
    private function askAtOnce(Site $site, callable $meanwhile): array
    {
        $multi = curl_multi_init();
        $handles = [];
        for ($worker = 0; $worker < self::WORKERS; $worker++) {
            $handle = $site->request('GET', self::query());
            curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 60]);
            curl_multi_add_handle($multi, $handle);
            $handles[] = $handle;
        }
        curl_multi_exec($multi, $running);
        $meanwhile();
        do {
            curl_multi_exec($multi, $running);
            curl_multi_select($multi, 0.1);
        } while ($running > 0);
        return array_map(static fn ($handle): int => self::totalOf((string) curl_multi_getcontent($handle)), $handles);
    }

    private static function query(): array
    {
        return ['action' => 'get_user_traffic_rankings', 'time_range' => 'last_1_hour', 'limit' => 'all'];
    }

    private static function total(Site $site): int
    {
        return self::totalOf($site->get(self::query())->body);
    }

    private static function totalOf(string $body): int
    {
        $answer = json_decode($body, true);
        self::assertSame('success', $answer['status'] ?? null, substr($body, 0, 300));
        self::assertCount(40, $answer['data']);
        return (int) array_sum(array_column($answer['data'], 'period_traffic'));
    }

    private static function writeBatch(\PDO $usage, int $now): void
    {
        $usage->beginTransaction();
        for ($row = 0; $row < 19; $row++) {
            Installation::insert($usage, 'user_usage', ['user_id' => 3 * ($row + 1), 't' => $now - $row, 'u' => 1, 'd' => 526_315, 'node' => 'Tokyo']);
        }
        Installation::insert($usage, 'user_usage', ['user_id' => self::USER, 't' => $now, 'u' => 0, 'd' => self::BATCH - 19 * 526_316, 'node' => '1']);
        $usage->commit();
    }
}
