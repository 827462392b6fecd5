<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use RuntimeException;

/** One of the ways in which every question is asked. */
final class Variant
{
    /** @var array<string, list<array{array, array}>> answers by function */
    private static array $answers = [];
    /** Whose they are: those of one world and variant are all that is kept. */
    private static string $answered = '';

    /** @param array<string, string> $settings further ini settings */
    private function __construct(
        public readonly string $name,
        private readonly bool $withExtension,
        private readonly bool $withCache,
        private readonly bool $isFilled = false,
        private readonly array $settings = [],
        private readonly bool $withRollups = false,
    ) {
    }

    /** @return list<self> those that can be asked here */
    public static function all(): array
    {
        // What the addon makes of the extension's interface can be seen without the extension.
        $variants = [new self('stand-in engine', false, false, false, ['auto_prepend_file' => Php::HARNESS . '/stand_in_engine.php'])];
        $variants[] = new self('pure PHP with pre-aggregates', false, false, withRollups: true);
        foreach (Php::hasExtension() ? [false, true] : [false] as $withExtension) {
            $backend = $withExtension ? 'extension' : 'pure PHP';
            array_push(
                $variants,
                new self($backend, $withExtension, false),
                new self("$backend, empty cache", $withExtension, true),
                new self("$backend, filled cache", $withExtension, true, true),
            );
        }
        return $variants;
    }

    /**
     * A function's answers to all that is asked of it.
     *
     * @return list<array{array, array}> arguments and answer
     */
    public function answers(World $world, string $function): array
    {
        if (self::$answered !== "$world->name, $this->name") {
            self::$answers = $this->ask($world);
            self::$answered = "$world->name, $this->name";
        }
        return self::$answers[$function];
    }

    private function ask(World $world): array
    {
        $installation = Installation::of($world);
        $installation->configure($this->withCache ? Installation::withCache() : []);
        $installation->clearActivityLog();
        Servers::redis()->flushAll();
        $php = new Php($installation, $this->withExtension, $this->settings);
        $calls = $this->calls(new Questions($world));
        $answers = $this->withRollups ? self::askWithRollups($installation, $php, $calls) : $php->ask($calls);
        if ($this->isFilled) {
            $answers = $php->ask($calls);
        }
        $this->assertNothingFellBack($installation);
        $found = [];
        foreach ($calls as $at => $call) {
            $found[$call['function']][] = [$call['arguments'], $answers[$at]];
        }
        return $found;
    }

    /** Of the days that are over, whole ones are then read from the tables. */
    private static function askWithRollups(Installation $installation, Php $php, array $calls): array
    {
        $rollup = new Rollup($installation);
        $rollup->create();
        $rollup->call('updateAll');
        $rollup->grant('SELECT');
        $answers = $php->ask($calls);
        Rollup::drop($installation->usage());
        return $answers;
    }

    /** Answers of the database in place of the extension would be right, and show nothing. */
    private function assertNothingFellBack(Installation $installation): void
    {
        $failures = preg_grep('/extension/', $installation->activityLog());
        if ($failures !== []) {
            throw new RuntimeException("by $this->name: " . implode("\n", $failures));
        }
    }

    private function calls(Questions $questions): array
    {
        $calls = [];
        foreach ($questions->all() as $function => $asked) {
            foreach ($asked as $arguments) {
                $calls[] = ['function' => $function, 'arguments' => $arguments];
            }
        }
        $classes = [
            'streamProcessTrafficData' => ['V2RaySocksTrafficAggregator', []],
            'processUserRankingsBatch' => ['V2RaySocksLargeDataProcessor', [5000, 80]],
        ];
        foreach ($questions->ofClasses() as $function => $asked) {
            [$class, $construct] = $classes[$function];
            foreach ($asked as $arguments) {
                $calls[] = ['class' => $class, 'construct' => $construct, 'function' => $function, 'arguments' => $arguments];
            }
        }
        return $calls;
    }
}
