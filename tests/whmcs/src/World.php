<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use DateTimeImmutable;
use DateTimeZone;

/**
 * A made-up V2RaySocks database at a fixed moment in a zone: the same for the same seed.
 *
 * Rows cover what real databases hold and what hostile ones may: merged days, rows of today and leftovers
 * of other days on the edges of every range, nodes written by name and by id, names that look like ids,
 * markup, formulas or each other, rows of unknown users and nodes, users and nodes without rows, quotas
 * of 0, NULL rates, ties, rows ahead of the clock and sums above 1e18.
 */
final class World
{
    /** @var list<array<string, int|string|null>> rows of `user` */
    public array $users = [];
    /** @var list<array<string, int|float|string|null>> rows of `node` */
    public array $nodes = [];
    /** @var list<array{id: int, user_id: int, t: int, u: int, d: int, node: string, count_rate: float|null}> */
    public array $usage = [];

    private const USERS = 40;
    private const NODE_NAMES = [
        1 => '🇯🇵 Tokyo', 2 => '🇩🇪 Tokyo', 3 => 'tokyo', 4 => 'Tokyo', 5 => "O'Brien <b onclick=\"x()\">&amp;'",
        6 => '</script><script>alert(1)</script>', 7 => '20', 8 => '999', 11 => 'day', 12 => 'DAY', 20 => '=1+1',
        21 => '', 30 => 'Zürich', 31 => 'Zurich', 40 => "@SUM(A1)\"; filename=\"x.exe", 41 => '台湾 101', 50 => 'twin', 51 => 'twin',
        52 => "%s{unit}\\' OR 1=1 --", 60 => '" onmouseover="alert(60)" x="', 61 => "' onfocus='alert(61)' x='", 107 => 'idle',
    ];
    private const REMARKS = [
        null, '', 'vip', '备注 <i>x</i>', "=cmd|' /C calc'!A0", '+1', '-1+1', '@SUM(1)', "\t=1", "two\nlines", '"quoted", comma',
        '</textarea><img src=x onerror=alert(1)>',
    ];
    private const UNLISTED = ['gone-node', '9abc', 'TOKYO', 'tokyo ', '0', '12345678901234567890123', '٣', 'Day', ' 5'];

    private function __construct(
        public readonly string $name,
        public readonly string $zone,
        public readonly int $now,
        int $seed,
    ) {
        // Other rows of the same kinds, for those who look for more.
        mt_srand($seed + 1_000 * (int) getenv('TRAFFIC_ENGINE_TEST_SEED'));
        $this->makeUsers();
        $this->makeNodes();
        $this->makeUsage();
    }

    /** An ordinary afternoon without summer time. */
    public static function shanghai(string $name = 'shanghai'): self
    {
        return new self($name, 'Asia/Shanghai', 1_755_673_445, 4);
    }

    /** 15:04:05 on a day of 25 hours. */
    public static function newYork(string $name = 'new_york'): self
    {
        return new self($name, 'America/New_York', 1_762_113_845, 5);
    }

    /** 03:10 on the day that skips from 02:00 to 02:30. */
    public static function lordHowe(string $name = 'lord_howe'): self
    {
        return new self($name, 'Australia/Lord_Howe', 1_759_594_200, 6);
    }

    /** 14:00 on the day after a date that was skipped. */
    public static function apia(string $name = 'apia'): self
    {
        return new self($name, 'Pacific/Apia', 1_325_289_600, 7);
    }

    /** @return array<string, array{self}> */
    public static function all(): array
    {
        static $all;
        return $all ??= ['Shanghai' => [self::shanghai()], 'New York' => [self::newYork()], 'Lord Howe' => [self::lordHowe()]];
    }

    /** The moment, or one after it, as faketime reads it. */
    public function nowForFaketime(int $secondsLater = 0): string
    {
        return gmdate('Y-m-d H:i:s', $this->now + $secondsLater);
    }

    /** The first second of the day so many days ago. */
    public function midnight(int $daysAgo = 0): int
    {
        return $this->local()->setTime(0, 0)->modify("-$daysAgo days")->getTimestamp();
    }

    /** The date so many days ago. */
    public function date(int $daysAgo = 0): string
    {
        return $this->local()->setTime(12, 0)->modify("-$daysAgo days")->format('Y-m-d');
    }

    private function local(): DateTimeImmutable
    {
        return (new DateTimeImmutable("@{$this->now}"))->setTimezone(new DateTimeZone($this->zone));
    }

    private function makeUsers(): void
    {
        for ($at = 1; $at <= self::USERS; $at++) {
            $this->users[] = [
                'id' => $at * 3,
                'uuid' => $this->uuid($at),
                't' => $this->now - mt_rand(0, 1_000_000),
                'u' => mt_rand(0, 3_000_000_000),
                'd' => $at === 7 ? 2_000_000_000_000_000_000 : mt_rand(0, 60_000_000_000),
                'transfer_enable' => self::pick([0, 100_000_000_000, 5_000_000_000, 3_000_000_000_000_000_000]),
                'enable' => self::pick([1, 1, 1, 0]),
                'created_at' => $this->now - mt_rand(10_000_000, 40_000_000),
                'updated_at' => $this->now - mt_rand(0, 1_000_000),
                'need_reset' => 1,
                // Two users of one service, as happens after a move.
                'sid' => $at === 9 ? 508 : 500 + $at,
                'packageid' => self::pick([null, 1, 4]),
                'speedlimitss' => self::pick([null, 1500, 0]),
                'speedlimitother' => self::pick([null, 1000]),
                'illegal' => mt_rand(0, 9),
                'remark' => self::REMARKS[$at % count(self::REMARKS)],
            ];
        }
    }

    private function uuid(int $at): string
    {
        return match ($at) {
            4 => '"><script>alert(4)</script>',
            5 => '=HYPERLINK("http://x","y")',
            6 => "%_6'; DROP TABLE user; --",
            default => sprintf('%08X-%04x-4%03x-8%03x-%012x', mt_rand(), mt_rand(0, 65535), mt_rand(0, 4095), mt_rand(0, 4095), mt_rand()),
        };
    }

    private function makeNodes(): void
    {
        foreach (self::NODE_NAMES as $id => $name) {
            $this->nodes[] = [
                'id' => $id,
                'type' => self::pick(['shadowsocks', 'vmess', 'trojan<i>']),
                'name' => $name,
                'address' => $id === 5 ? "javascript:alert('5')" : "h$id.example.test",
                'max_traffic' => self::pick([0, 100, 1000, 5]),
                'country' => self::pick(['JP', null, '<u>DE</u>']),
                'speed_limit' => self::pick([null, 0, 500]),
                'excessive_speed_limit' => self::pick([0, 200]),
                'tag' => self::pick([null, 'premium,iplc', '<b>']),
                'statistics' => $id === 8 ? null : mt_rand(0, 200_000_000_000),
                'traffic_rate' => self::pick([1.0, 0.5, 2.0, null]),
                'online' => mt_rand(0, 20),
                'last_online' => $id === 41 ? null : $this->now - self::pick([5, 300, 599, 600, 601, 7200, 259_200]),
                'enable' => self::pick([1, 1, 1, 0]),
                'remark' => self::REMARKS[$id % count(self::REMARKS)],
            ];
        }
    }

    private function makeUsage(): void
    {
        // The last three users and the last node have no rows at all.
        $active = array_slice(array_column($this->users, 'id'), 0, -3);
        $rows = [...$this->mergedDays($active), ...$this->leftovers($active), ...$this->today($active), ...$this->oddities($active)];
        usort($rows, static fn (array $a, array $b): int => $a[1] <=> $b[1]);
        foreach ($rows as $at => [$user, $t, $u, $d, $node, $rate]) {
            $this->usage[] = ['id' => $at + 1, 'user_id' => $user, 't' => $t, 'u' => $u, 'd' => $d, 'node' => $node, 'count_rate' => $rate];
        }
    }

    /** One row a user and past day, at local noon. */
    private function mergedDays(array $active): array
    {
        $rows = [];
        for ($day = 1; $day < 70; $day++) {
            $noon = $this->local()->setTime(12, 0)->modify("-$day days")->getTimestamp();
            foreach ($active as $user) {
                if (mt_rand(0, 9) < 3) {
                    $d = $this->bytes();
                    $rows[] = [$user, $noon, intdiv($d, 17), $d, 'DAY', null];
                }
            }
        }
        return $rows;
    }

    /** Rows of past days, also on the first and last second of days that begin or end a range. */
    private function leftovers(array $active): array
    {
        $rows = [];
        foreach ([1, 2, 6, 7, 14, 15, 29, 30, 31] as $day) {
            $start = $this->midnight($day);
            // A day may have been skipped.
            $length = max(1, $this->midnight($day - 1) - $start);
            foreach ([0, 1, 3_600, $length - 1, mt_rand(0, $length - 1), mt_rand(0, $length - 1)] as $second) {
                $d = $this->bytes();
                $rows[] = [self::pick($active), $start + $second, intdiv($d, 9), $d, $this->nodeText(), 1.0];
            }
        }
        return $rows;
    }

    /** Rows of today, denser near now, and on both sides of every recent window. */
    private function today(array $active): array
    {
        $rows = [];
        $seconds = $this->now - $this->midnight();
        for ($at = 0; $at < 500; $at++) {
            $age = mt_rand(0, min($seconds, self::pick([301, 3_601, 14_401, $seconds])));
            $d = $this->bytes();
            $rows[] = [self::pick($active), $this->now - $age, intdiv($d, 11), $d, $this->nodeText(), self::pick([1.0, 1.5, 0.0, null])];
        }
        foreach ([0, 299, 300, 301, 3_599, 3_600, 3_601, 14_399, 14_400, 14_401, 86_399, 86_400, 86_401] as $age) {
            $rows[] = [$active[0], $this->now - $age, 1_000, 10_000 + $age, '1', 1.0];
        }
        return $rows;
    }

    private function oddities(array $active): array
    {
        $now = $this->now;
        return [
            [$active[1], $now - 60, 0, 0, 'tokyo', 1.0],
            [$active[2], $now - 61, 0, 5, 'Tokyo', 1.0],
            [999_983, $now - 100, 7, 77_777, '3', 1.0],
            [999_983, $this->midnight(3) + 43_200, 7, 88_888, 'DAY', null],
            [$active[4], $now - 90, 444, 123_456_789, '30', 1.0],
            [$active[5], $now - 90, 444, 123_456_789, 'Zürich', 1.0],
            [$active[6], $now + 30, 1, 4_096, '007', 1.0],
            [$active[6], $now - 40, 2, 4_097, '0000000000000000000000007', 1.0],
            [$active[7], $this->midnight(40), 400_000_000_000_000_000, 600_000_000_000_000_001, '5', 1.0],
            [$active[8], $this->midnight(), 12, 340_000, '1', 1.0],
            [$active[8], $this->midnight() - 1, 12, 560_000, '1', 1.0],
            [$active[9], $now - 7_200, 3, 9_007_199_254_740_993, '107107', null],
        ];
    }

    private function nodeText(): string
    {
        $node = self::pick(array_slice($this->nodes, 0, -1));
        return match (mt_rand(0, 9)) {
            0, 1 => (string) $node['id'],
            2 => self::pick(self::UNLISTED),
            // A node without a name can be written by its id only.
            default => $node['name'] === '' ? '0021' : $node['name'],
        };
    }

    private function bytes(): int
    {
        return mt_rand(0, 2 ** mt_rand(8, 31));
    }

    private static function pick(array $choices): mixed
    {
        return $choices[mt_rand(0, count($choices) - 1)];
    }
}
