<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

/** One of the ways in which every question is asked. */
final class Variant
{
    /** @var array<string, array<string, list<array{array, array}>>> answers by world, variant and function */
    private static array $answers = [];

    private function __construct(
        public readonly string $name,
        private readonly bool $withExtension,
        private readonly bool $withCache,
        private readonly bool $isFilled = false,
    ) {
    }

    /** @return list<self> those that can be asked here */
    public static function all(): array
    {
        $variants = [];
        foreach (Php::extensionProblem() === null ? [false, true] : [false] as $withExtension) {
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
        $key = "$world->name, $this->name";
        self::$answers[$key] ??= $this->ask($world);
        return self::$answers[$key][$function];
    }

    private function ask(World $world): array
    {
        $installation = Installation::of($world);
        $installation->configure($this->withCache ? Installation::withCache() : []);
        Servers::redis()->flushAll();
        $php = new Php($installation, $this->withExtension);
        $calls = $this->calls(new Questions($world));
        $answers = $php->ask($calls);
        if ($this->isFilled) {
            $answers = $php->ask($calls);
        }
        $found = [];
        foreach ($calls as $at => $call) {
            $found[$call['function']][] = [$call['arguments'], $answers[$at]];
        }
        return $found;
    }

    private function calls(Questions $questions): array
    {
        $calls = [];
        foreach ($questions->all() as $function => $asked) {
            foreach ($asked as $arguments) {
                $calls[] = ['function' => $function, 'arguments' => $arguments];
            }
        }
        $classes = ['streamProcessTrafficData' => ['V2RaySocksTrafficAggregator', []], 'processUserRankingsBatch' => ['V2RaySocksLargeDataProcessor', [5000, 80]]];
        foreach ($questions->ofClasses() as $function => $asked) {
            [$class, $construct] = $classes[$function];
            foreach ($asked as $arguments) {
                $calls[] = ['class' => $class, 'construct' => $construct, 'function' => $function, 'arguments' => $arguments];
            }
        }
        return $calls;
    }
}
