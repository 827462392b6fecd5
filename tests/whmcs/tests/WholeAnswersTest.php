<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** An answer is whole, or an error: nothing is cut and called a success. */
final class WholeAnswersTest extends TestCase
{
    private const ROWS = 60_000;

    private static Installation $installation;

    public static function setUpBeforeClass(): void
    {
        $world = World::shanghai('whole');
        self::$installation = Installation::of($world);
        self::$installation->configure();
        self::$installation->usage()->exec('INSERT INTO user_usage (user_id, t, u, d, node, count_rate)'
            . " SELECT 3 * (1 + seq MOD 40), $world->now - seq MOD 50000, seq, seq * 7, 'Tokyo', 1 FROM seq_1_to_" . self::ROWS);
    }

    /** @dataProvider rooms */
    #[DataProvider('rooms')]
    public function testWithoutRoomForTemporaryFilesAnAnswerIsAnError(string $kind, string $room): void
    {
        $folder = self::folder($room);
        try {
            $site = new Site($kind, self::$installation, new Php(self::$installation, false, ['sys_temp_dir' => $folder]));
            foreach ($this->large() as $query) {
                $response = $site->get($query);
                self::assertSame(503, $response->status, json_encode($query));
                self::assertSame('', $response->header('content-disposition'));
                self::assertStringContainsString('temporary', $response->body);
                self::assertLessThan(1_000, strlen($response->body));
            }
            $small = $site->get(['action' => 'get_usage_records', 'time_range' => 'month', 'limit' => '5']);
            self::assertSame([200, 5], [$small->status, count($small->json()['data'])], 'what fits into memory is answered');
            self::assertSame('', $site->complaints());
            $site->stop();
        } finally {
            exec('umount ' . escapeshellarg($folder) . ' 2>/dev/null');
        }
    }

    public static function rooms(): array
    {
        return [
            'no folder' => ['builtin', 'missing'],
            'no folder, php-fpm' => ['fpm', 'missing'],
            'a full disk' => ['builtin', 'full'],
            'a full disk, php-fpm' => ['fpm', 'full'],
        ];
    }

    public function testAnAnswerSaysHowLongItIs(): void
    {
        $site = new Site('fpm', self::$installation, new Php(self::$installation));
        foreach ($this->large() as $query) {
            $response = $site->get($query);
            self::assertSame(200, $response->status);
            self::assertSame((string) strlen($response->body), $response->header('content-length'), json_encode($query));
        }
        $site->stop();
    }

    public function testATimeLimitLeavesNoSuccessBehind(): void
    {
        // Even where errors are shown, which sends the headers of the moment.
        $site = new Site('builtin', self::$installation, new Php(self::$installation, false, ['max_execution_time' => '1', 'display_errors' => '1',
            'auto_prepend_file' => Php::HARNESS . '/slow.php']));
        $statuses = [];
        foreach ($this->large() as $query) {
            $response = $site->get($query);
            $statuses[] = $response->status;
            if ($response->status === 200) {
                self::assertSame((string) strlen($response->body), $response->header('content-length'), 'made in time');
            }
        }
        self::assertGreaterThanOrEqual(500, max($statuses), 'none was cut');
        $site->stop();
    }

    /** @return list<array<string, string>> */
    private function large(): array
    {
        return [
            ['action' => 'export_data', 'format' => 'csv', 'time_range' => 'month'],
            ['action' => 'export_data', 'format' => 'json', 'time_range' => 'month', 'export_type' => 'usage_records'],
            ['action' => 'get_traffic_data', 'time_range' => 'month'],
            ['action' => 'get_usage_records', 'time_range' => 'month'],
        ];
    }

    /** A folder for temporary files without room for these answers. */
    private static function folder(string $room): string
    {
        $folder = Root::folder() . '/room-' . bin2hex(random_bytes(4));
        if ($room === 'full') {
            mkdir($folder);
            exec('mount -t tmpfs -o size=2m none ' . escapeshellarg($folder) . ' 2>&1', $lines, $status);
            if ($status !== 0) {
                self::markTestSkipped('only who may mount a file system can fill a small one');
            }
        }
        return $folder;
    }
}
