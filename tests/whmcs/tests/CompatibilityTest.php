<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\TestCase;
use TrafficEngine\Whmcs\Tests\Model\Model;

/** Every function against the model, by both backends, with the cache and without it. */
final class CompatibilityTest extends TestCase
{
    /** @var array<string, Model> */
    private static array $models = [];

    /** @dataProvider functions */
    public function testAFunctionAnswersAsTheContractSays(World $world, Variant $variant, string $function): void
    {
        $model = self::$models[$world->name] ??= new Model($world);
        $differences = [];
        foreach ($variant->answers($world, $function) as [$arguments, $answer]) {
            $difference = self::difference($answer, static fn (): mixed => $model->answer($function, $arguments));
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
        foreach (Php::extensionProblem() === null ? [false, true] : [false] as $withExtension) {
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
        $problem = Php::extensionProblem();
        if ($problem !== null) {
            self::markTestSkipped("only pure PHP was asked: $problem");
        }
        self::assertNull($problem);
    }

    private static function difference(array $answer, callable $expected): ?string
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
        return Difference::of($expected(), $answer['result']);
    }

    private static function shown(array $arguments): string
    {
        return mb_strimwidth(substr((string) json_encode($arguments, JSON_UNESCAPED_UNICODE | JSON_PARTIAL_OUTPUT_ON_ERROR), 1, -1), 0, 160, '…');
    }
}
