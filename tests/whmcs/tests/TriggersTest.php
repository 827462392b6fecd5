<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\TestCase;

/** A trigger clears the same names in plain PHP and in the engine. */
final class TriggersTest extends TestCase
{
    public function testTriggersHaveThePatternsOfTheEngine(): void
    {
        $engine = (string) file_get_contents(dirname(__DIR__, 3) . '/engine/src/cache/trigger.rs');
        $addon = (string) file_get_contents(Php::addon() . '/lib/V2RaySocksCacheManager.php');
        foreach (['UserUpdate', 'NodeUpdate', 'TrafficUpdate', 'LargeDatasetComplete', 'DatabaseOptimize'] as $trigger) {
            $name = strtolower((string) preg_replace('/(?<!^)[A-Z]/', '_$0', $trigger));
            $patterns = self::quoted($engine, "/Self::$trigger => &\\[([^\\]]*)\\]/", '"');
            self::assertNotSame([], $patterns, $trigger);
            self::assertSame($patterns, self::quoted($addon, "/'$name' => \\[([^\\]]*)\\]/", "'"), $trigger);
        }
    }

    /** @return list<string> */
    private static function quoted(string $source, string $list, string $quote): array
    {
        self::assertSame(1, preg_match($list, $source, $found), $list);
        preg_match_all("/{$quote}([^{$quote}]+){$quote}/", $found[1], $words);
        return $words[1];
    }
}
