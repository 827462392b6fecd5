<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** The original module's answers, where they are beside the repository. */
final class GoldenTest extends TestCase
{
    /** The comparison sorts by a count that takes merged days for a node; the contract does not. */
    private const WRONG_RULE = '/^differs: \w+\["nodes_desc", .*: sort keys differ$/';

    /** @dataProvider variants */
    #[DataProvider('variants')]
    public function testTheOriginalsAnswersAreOurs(bool $withExtension, bool $withCache): void
    {
        $golden = self::folder();
        if (!is_file("$golden/shanghai.jsonl.gz")) {
            self::markTestSkipped("the original's answers are not here: no folder ../shared/golden beside the repository");
        }
        $installation = Installation::of(World::all()['Shanghai'][0]);
        $installation->configure($withCache ? Installation::withCache() : []);
        self::loadGoldenDatabase("$golden/shanghai.sql");
        // The golden set's stand-in hides no passwords.
        $installation->configureServer(['name' => 'v2r_golden', 'password' => Installation::SERVER_PASSWORD]);
        Servers::redis()->flushAll();

        $got = tempnam(Root::folder(), 'golden');
        foreach ($withCache ? ['empty cache', 'filled cache'] : ['no cache'] as $state) {
            file_put_contents($got, self::capture($installation, $withExtension, "$golden/capture.php"));
            exec(implode(' ', array_map('escapeshellarg', ['python3', "$golden/compare.py", "$golden/shanghai.jsonl.gz", $got,
                "$golden/rules.json"])), $lines);
            $differences = preg_grep('/^differs: /', $lines);
            self::assertNotSame([], preg_grep('/calls equal/', $lines), "$state: " . implode("\n", $lines));
            self::assertSame('', implode("\n", preg_grep(self::WRONG_RULE, $differences, PREG_GREP_INVERT)), $state);
            $lines = [];
        }
    }

    public static function variants(): iterable
    {
        foreach (Php::hasExtension() ? [false, true] : [false] as $withExtension) {
            foreach ([false, true] as $withCache) {
                $name = ($withExtension ? 'extension' : 'pure PHP') . ($withCache ? ' with cache' : '');
                yield $name => [$withExtension, $withCache];
            }
        }
    }

    public static function tearDownAfterClass(): void
    {
        Servers::connect()->exec('DROP DATABASE IF EXISTS v2r_golden');
        Installation::of(World::all()['Shanghai'][0])->configure();
    }

    private static function folder(): string
    {
        return (string) (getenv('TRAFFIC_ENGINE_GOLDEN') ?: dirname(__DIR__, 4) . '/shared/golden');
    }

    private static function loadGoldenDatabase(string $file): void
    {
        $reader = Installation::of(World::all()['Shanghai'][0])->databaseUser();
        $pdo = Servers::connect();
        $pdo->exec('DROP DATABASE IF EXISTS v2r_golden');
        $pdo->exec('CREATE DATABASE v2r_golden');
        $pdo->exec("GRANT SELECT ON v2r_golden.* TO '$reader'@'%'");
        $golden = Servers::connect('v2r_golden');
        $statement = $golden->query((string) file_get_contents($file));
        // Errors of later statements show only when their results are asked for.
        while ($statement->nextRowset());
    }

    /** The answers to the calls of the golden set, a JSON line each, by the golden set's own stand-in for WHMCS. */
    private static function capture(Installation $installation, bool $withExtension, string $script): string
    {
        ['host' => $host, 'port' => $port, 'user' => $user, 'pass' => $password] = Servers::database();
        $php = new Php($installation, $withExtension, ['memory_limit' => '512M']);
        [$status, $output, $errors] = $php->run([$script], '', [
            'MODULE_DIR' => Php::addon(),
            'DB_HOST' => $host,
            'DB_PORT' => (string) $port,
            'DB_USER' => $user,
            'DB_PASS' => $password,
            'DB_NAME' => 'v2r_golden',
            'WHMCS_DB' => $installation->whmcsDatabase(),
            'GOLDEN_TZ' => $installation->world->zone,
        ]);
        self::assertSame(0, $status, $errors);
        return $output;
    }
}
