<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;
use TrafficEngine\Whmcs\Tests\Model\Model;

/** Every function against the model, by both backends, with the cache and without it. */
final class CompatibilityTest extends TestCase
{
    /** The world asked about, as the cases go from world to world. */
    private static ?Model $model = null;
    /** @var array<string, list<mixed>> what it answers, by function */
    private static array $expected = [];

    /** @dataProvider functions */
    #[DataProvider('functions')]
    public function testAFunctionAnswersAsTheContractSays(World $world, Variant $variant, string $function): void
    {
        $differences = [];
        $answers = $variant->answers($world, $function);
        $expected = self::expected($world, $function, array_column($answers, 0));
        foreach ($answers as $at => [$arguments, $answer]) {
            $difference = self::difference($answer, $expected[$at]);
            if ($difference !== null) {
                $differences[] = "$function(" . self::shown($arguments) . ")$difference";
            }
        }
        self::assertSame('', implode("\n", array_slice($differences, 0, 6)), count($differences) . ' answers differ');
    }

    public static function functions(): iterable
    {
        foreach (World::all() as $name => [$world]) {
            $questions = new Questions($world);
            foreach (Variant::all() as $variant) {
                foreach ([...$questions->all(), ...$questions->ofClasses()] as $function => $asked) {
                    yield "$function in $name by $variant->name" => [$world, $variant, $function];
                }
            }
        }
    }

    /** Letters compare without case and accents; the order of other signs is the collation's. */
    public function testNodesAreInOrderOfTheirNames(): void
    {
        foreach (Php::hasExtension() ? [false, true] : [false] as $withExtension) {
            foreach (World::all() as $name => [$world]) {
                $installation = Installation::of($world);
                $installation->configure();
                $call = ['function' => 'getNodeTrafficRankings', 'arguments' => ['name_asc', 'month']];
                $got = (new Php($installation, $withExtension))->ask([$call])[0]['result'];
                self::assertSame([107, 3, 4, 50, 51, 30, 31], array_values(array_intersect(array_column($got, 'id'), [107, 3, 4, 50, 51, 30, 31])), $name);
                usort($got, static fn (array $a, array $b): int => $a['id'] <=> $b['id']);
                self::assertNull(Difference::of((new Model($world))->answer('getNodeTrafficRankings', ['name_asc', 'month']), $got), $name);
            }
        }
    }

    public function testTheExtensionIsThereToBeTested(): void
    {
        if (!Php::hasExtension()) {
            self::markTestSkipped('only pure PHP was asked: TRAFFIC_ENGINE_EXTENSION names no traffic_engine.so');
        }
        self::assertTrue(Php::hasExtension());
    }

    /** @return list<mixed> */
    private static function expected(World $world, string $function, array $asked): array
    {
        if (self::$model?->world !== $world) {
            self::$model = new Model($world);
            self::$expected = [];
        }
        return self::$expected[$function] ??= array_map(static fn (array $arguments): mixed => self::$model->answer($function, $arguments), $asked);
    }

    private static function difference(array $answer, mixed $expected): ?string
    {
        if (isset($answer['throws'])) {
            return " throws {$answer['throws']}";
        }
        if ($answer['printed'] !== '') {
            return " prints {$answer['printed']}";
        }
        if ($answer['problems'] !== []) {
            return " warns {$answer['problems'][0]}";
        }
        return Difference::of($expected, $answer['result']);
    }

    private static function shown(array $arguments): string
    {
        return mb_strimwidth(substr((string) json_encode($arguments, JSON_UNESCAPED_UNICODE | JSON_PARTIAL_OUTPUT_ON_ERROR), 1, -1), 0, 160, '…');
    }
}
