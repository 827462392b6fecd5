<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** Reasons that help, and secrets that stay. */
final class ReasonsTest extends TestCase
{
    private static Installation $installation;

    public static function setUpBeforeClass(): void
    {
        self::$installation = Installation::of(World::all()['Shanghai'][0]);
    }

    protected function setUp(): void
    {
        self::$installation->configure();
        self::$installation->clearActivityLog();
    }

    public static function tearDownAfterClass(): void
    {
        self::$installation->configure();
    }

    public function testOneRefusedQuestionFallsBackAlone(): void
    {
        foreach (['memory_limit', 'busy', 'table_locked'] as $code) {
            $this->setUp();
            [$tries, $answers] = $this->ask($code, ['getUserTrafficRankings', 'getLiveStats', 'getUserTrafficRankings', 'getAllNodes']);
            self::assertSame(['rankUsers', 'live', 'rankUsers', 'nodes'], $tries, 'each is asked of the extension');
            self::assertCount(40, $answers[0]);
            self::assertSame(['by' => 'the engine'], $answers[1]);
            self::assertSame([], self::$installation->activityLog(), $code);
            self::assertNotSame('', $this->setting('engine_last_failure'), 'it is told on the status page');
        }
    }

    /** @dataProvider codes */
    #[DataProvider('codes')]
    public function testAFailureIsToldByItsCodeWithoutSecrets(string $code, string $inLog, string $word): void
    {
        $languages = ['english' => $word];
        foreach ($languages + ['chinese-cn' => '扩展', 'chinese-tw' => '擴充'] as $language => $wanted) {
            self::$installation->configure(['language' => $language]);
            self::$installation->clearActivityLog();
            $this->ask($code, ['getUserTrafficRankings']);
            $log = self::$installation->activityLog();
            self::assertCount(1, $log);
            self::assertStringContainsString($inLog, $log[0]);
            $told = $this->setting('engine_last_failure');
            self::assertStringContainsString($wanted, $told);
            $this->assertNoSecret($told . $log[0]);
        }
    }

    public static function codes(): array
    {
        return [
            'the database is down' => ['unreachable', 'has no use of the database', 'cannot reach'],
            'the login is refused' => ['access_denied', 'has no use of the database', 'login'],
            'a code of a later release' => ['of_tomorrow', 'failed', 'the extension reports of_tomorrow'],
        ];
    }

    public function testAFileIsNamedWhereItHelps(): void
    {
        $this->ask('snapshot_file', ['getUserTrafficRankings']);
        $told = $this->setting('engine_last_failure');
        self::assertStringContainsString('/var/lib/snapshots/x', $told);
        self::assertStringContainsString('writable', $told);
        $this->assertNoSecret($told);
    }

    public function testWithoutAFolderTheStatusSaysThatThereIsNoSnapshot(): void
    {
        Php::requireExtension();
        $file = Root::folder() . '/no-folder';
        touch($file);
        foreach (['' => 'none: no folder is named', $file => 'is no folder', "$file-missing" => 'does not exist'] as $folder => $words) {
            // Settings of an own world, so that the shared site is left as it is.
            $installation = Installation::of(World::shanghai('reasons'));
            $installation->configure(['data_dir' => $folder]);
            $site = new Site('fpm', $installation, new Php($installation, true, ['traffic_engine.data_dir' => '']));
            $page = $site->get(['action' => 'engine_status'])->body;
            self::assertStringContainsString($words, $page);
            self::assertStringNotContainsString('please report it', $page);
            $site->stop();
        }
    }

    public function testAFolderOfAnotherUserIsLeftAlone(): void
    {
        if (!Php::hasExtension() || !function_exists('posix_geteuid') || posix_geteuid() !== 0) {
            self::markTestSkipped('needs the extension, and root, to give a folder away');
        }
        $installation = Installation::of(World::shanghai('owner'));
        $installation->configure();
        $installation->clearActivityLog();
        $folder = Root::temporary('owner');
        chown($folder, 'nobody');
        $php = new Php($installation, true, ['traffic_engine.data_dir' => $folder]);
        $hook = ['class' => 'harness', 'function' => 'run_hook', 'arguments' => ['AfterCronJob']];
        $php->ask([$hook]);
        $php->ask([$hook, ['function' => 'getLiveStats', 'arguments' => []]]);
        self::assertSame([], array_diff(scandir($folder), ['.', '..']), 'nothing was written');
        $log = $installation->activityLog();
        self::assertCount(1, $log, implode("\n", $log));
        self::assertMatchesRegularExpression("#$folder belongs to nobody, and PHP runs as root; run the cron#", $log[0]);
        $site = new Site('builtin', $installation, $php);
        $status = $site->get(['action' => 'engine_status', 'format' => 'json'])->json()['data'];
        self::assertStringContainsString("$folder belongs to nobody", $status['data_directory_problem']);
        self::assertStringContainsString('belongs to nobody', $status['cron_problem']);
        $site->stop();
        chown($folder, 'root');
        $php->ask([$hook]);
        self::assertStringContainsString('again', $installation->activityLog()[1]);
        self::assertNotSame([], array_diff(scandir($folder), ['.', '..']));
    }

    public function testTheActivityLogGetsRareEventsOnly(): void
    {
        $site = Sites::get('builtin');
        foreach (['user_rankings', 'node_stats'] as $page) {
            $site->get(['action' => $page, 'time_range' => '<script>alert(1)</script>']);
            $site->get(['action' => $page, 'start_date' => 'nonsense', 'time_range' => 'custom']);
        }
        $site->get(['action' => 'export_data', 'time_range' => '<b>', 'format' => 'csv']);
        $site->get(['action' => 'export_data', 'time_range' => 'today', 'format' => 'xml']);
        self::assertSame([], self::$installation->activityLog());
        (new Php(self::$installation))->ask([['function' => 'getUserTrafficRankings', 'arguments' => ['traffic_desc', str_repeat('<b>', 2_000)]]]);
        $log = self::$installation->activityLog();
        self::assertCount(1, $log);
        self::assertLessThan(450, strlen($log[0]));
        self::assertStringNotContainsString('<', $log[0]);
        self::$installation->clearActivityLog();
        self::$installation->configureServer(['ipaddress' => '127.0.0.1:1']);
        foreach (['', 'real_time', 'node_stats', 'user_rankings'] as $page) {
            $site->get(['action' => $page]);
        }
        self::assertCount(1, self::$installation->activityLog(), 'an outage is one event');
    }

    /** @return array{list<string>, list<mixed>} what the engine was asked, and the answers */
    private function ask(string $code, array $functions): array
    {
        $tries = Root::folder() . '/tries-' . bin2hex(random_bytes(4));
        $php = new Php(self::$installation, false, ['auto_prepend_file' => Php::HARNESS . '/refusing_engine.php']);
        $calls = array_map(static fn (string $function): array => ['function' => $function, 'arguments' => []], $functions);
        [, $output, $errors] = $php->run(
            [Php::HARNESS . '/ask.php'],
            serialize($calls),
            ['WHMCS_ENGINE_CODE' => $code, 'WHMCS_ENGINE_TRIES' => $tries],
        );
        $answers = @unserialize($output);
        self::assertIsArray($answers, $errors . $output);
        return [file($tries, FILE_IGNORE_NEW_LINES), array_column($answers, 'result')];
    }

    private function setting(string $name): string
    {
        $found = self::$installation->whmcs()->prepare('SELECT value FROM tbladdonmodules WHERE setting = ?');
        $found->execute([$name]);
        return (string) $found->fetchColumn();
    }

    private function assertNoSecret(string $text): void
    {
        $address = '127.0.0.1';
        foreach ([...Installation::secrets(), self::$installation->databaseUser(), self::$installation->usageDatabase(), "$address:", 'mysql://'] as $secret) {
            self::assertStringNotContainsString($secret, $text);
        }
    }
}
