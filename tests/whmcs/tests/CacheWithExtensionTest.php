<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

require_once __DIR__ . '/CacheTest.php';

/** The cache of contract section 5, by the extension. */
final class CacheWithExtensionTest extends CacheTest
{
    protected const WITH_EXTENSION = true;

    public static function setUpBeforeClass(): void
    {
        Php::requireExtension();
    }

    public function testBothBackendsFindWhatTheOtherKeeps(): void
    {
        $operate = static fn (string $act, array $data = []): array => ['function' => 'redisOperate', 'arguments' => [$act, $data]];
        $text = str_repeat('{"user_id":17,"upload":123456789},', 1000);
        $plain = new Php(Installation::of(World::all()['Shanghai'][0]));
        $answer = static fn (array $call): mixed => $plain->ask([$call])[0]['result'];
        foreach (['small', $text] as $value) {
            self::assertSame([true], self::ask($operate('set', ['key' => 'a', 'value' => $value])));
            self::assertSame($value, $answer($operate('get', ['key' => 'a'])));
            self::assertTrue($answer($operate('set', ['key' => 'b', 'value' => $value])));
            self::assertSame([$value], self::ask($operate('get', ['key' => 'b'])));
        }
        self::assertSame(2, $answer($operate('clear_pattern', ['pattern' => '[ab]'])));
        self::assertSame([false], self::ask($operate('get', ['key' => 'a'])));
        $stats = static fn (array $stats): array => array_diff_key($stats, ['hits' => 0, 'misses' => 0]);
        $call = ['function' => 'getCacheStats', 'arguments' => []];
        self::assertSame(array_keys($answer($call)), array_keys(self::ask($call)[0]), 'the same figures');
        self::assertSame($stats($answer($call))['sets'], $stats(self::ask($call)[0])['sets'], 'of all processes');
    }
}
