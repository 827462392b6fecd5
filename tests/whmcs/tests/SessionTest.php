<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\TestCase;

/** Plain PHP owes nothing to the settings of the server, and waits for none that says nothing. */
final class SessionTest extends TestCase
{
    private const QUESTIONS = ['getUserTrafficRankings', 'getNodeTrafficRankings', 'getDayTraffic', 'getLiveStats', 'getTotalTrafficSinceLaunch',
        'getAllNodes', 'getUsageRecords'];
    /** What a server may set for us, and for WHMCS, which must live with it. */
    private const HOSTILE = [
        'character_set_client' => ["'latin1'", "'utf8mb4'"],
        'character_set_results' => ["'gbk'", "'utf8mb4'"],
        'sql_select_limit' => ['1', '18446744073709551615'],
        'sql_mode' => ["'EMPTY_STRING_IS_NULL,PAD_CHAR_TO_FULL_LENGTH'", "''"],
        'max_join_size' => ['1', '18446744073709551615'],
        'max_statement_time' => ['0.0001', '0'],
        'time_zone' => ["'-11:30'", "'+00:00'"],
        'autocommit' => ['0', '1'],
        'completion_type' => ['1', '0'],
        'max_sort_length' => ['64', '1024'],
    ];
    private static Installation $installation;

    public static function setUpBeforeClass(): void
    {
        self::$installation = Installation::of(World::all()['Shanghai'][0]);
        self::$installation->configure();
    }

    public static function tearDownAfterClass(): void
    {
        self::$installation->configure();
    }

    public function testSettingsForOthersChangeNoAnswer(): void
    {
        $expected = self::answers();
        foreach (self::HOSTILE as $variable => [$hostile, $usual]) {
            $user = self::$installation->databaseUser();
            $set = "SET SESSION $variable = IF(CURRENT_USER() LIKE '$user%', $hostile, $usual)";
            Servers::connect()->exec('SET GLOBAL init_connect = ' . Servers::connect()->quote($set));
            try {
                $answers = self::answers();
            } finally {
                Servers::connect()->exec("SET GLOBAL init_connect = ''");
            }
            self::assertSame($expected, $answers, $variable);
        }
    }

    public function testAServerThatSaysNothingIsGivenUp(): void
    {
        // The kernel accepts for it, and then nothing comes.
        $silent = stream_socket_server('tcp://127.0.0.1:0');
        self::$installation->configureServer(['ipaddress' => stream_socket_get_name($silent, false)]);
        Servers::redis()->flushAll();
        $started = microtime(true);
        $answer = Sites::get('builtin')->get(['action' => 'get_live_stats'])->json();
        self::assertLessThan(14, microtime(true) - $started);
        self::assertSame('error', $answer['status']);
        self::assertStringContainsString('cannot be reached', $answer['message']);
    }

    /** @return array<string, string> a mark of each answer */
    private static function answers(): array
    {
        Servers::redis()->flushAll();
        $calls = array_map(static fn (string $function): array => ['function' => $function, 'arguments' => []], self::QUESTIONS);
        $answers = (new Php(self::$installation))->ask($calls);
        return array_combine(self::QUESTIONS, array_map(static fn (array $answer): string => md5(serialize($answer)), $answers));
    }
}
