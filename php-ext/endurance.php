<?php
/*
 * Asks an engine many times over, and compares what the process holds with what it held after
 * warming up: a leak of a few bytes a call shows.
 *
 * Usage: php -d extension=…/traffic_engine.so php-ext/endurance.php [CALLS]     20000 where not given
 *
 * It is not among the tests because phpize deletes their PHP files.
 */

declare(strict_types=1);

require __DIR__ . '/tests/usage.inc';

use TrafficEngine\Engine;
use TrafficEngine\InvalidRequestException;

const USERS = 100;
/** What allocators keep for themselves varies by some pages; PHP's own count by this script's few values. */
const SLACK_KB = 512;
const SLACK_PHP_BYTES = 4096;

final class Held
{
    public function __construct(
        public readonly int $memory_kb,
        public readonly int $php_bytes,
        public readonly int $threads,
        public readonly int $files,
    ) {
    }

    public static function now(): self
    {
        gc_collect_cycles();
        // What was written. Pages that mirror files come and go as the system likes.
        preg_match('/^Private_Dirty: +(\d+) kB/m', file_get_contents('/proc/self/smaps_rollup'), $written);
        return new self(
            (int) $written[1],
            memory_get_usage(),
            count(scandir('/proc/self/task')) - 2,
            // The folder that is being read is one of them, both times.
            count(scandir('/proc/self/fd')) - 2,
        );
    }

    public function __toString(): string
    {
        return "$this->memory_kb kB written, $this->php_bytes bytes of PHP, $this->threads threads, $this->files files";
    }
}

/** The configuration of an engine on a database with as many users as a page shows. */
function crowded(): array
{
    $path = database();
    $pdo = new PDO("sqlite:$path");
    $pdo->exec('DELETE FROM user');
    $pdo->exec('DELETE FROM user_usage');
    $numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ' . USERS . ') ';
    $pdo->exec($numbers . "INSERT INTO user (id, uuid, u, d, transfer_enable, created_at, updated_at, sid)
        SELECT i, 'user-' || i, i, i, 1000000, 0, 0, i FROM n");
    $pdo->exec($numbers . 'INSERT INTO user_usage (user_id, t, u, d, node) SELECT i, ' . NOW . ' - i, i, 2 * i, 1 FROM n');
    return config($path);
}

/** A folder for a snapshot, which goes with the process. */
function folder(): string
{
    $folder = sys_get_temp_dir() . '/traffic-engine-endurance-' . getmypid();
    register_shutdown_function(static function () use ($folder): void {
        array_map('unlink', glob("$folder/*/*"));
        array_map('rmdir', glob("$folder/*"));
        rmdir($folder);
    });
    return $folder;
}

/** What is asked in turn; each returns whether the answer is what it should be. */
function turns(array $config, array $with_snapshot): array
{
    $plain = Engine::open($config);
    $engine = Engine::open($with_snapshot);
    $engine->refresh();
    $refused = static function (callable $ask): bool {
        try {
            $ask();
        } catch (InvalidRequestException $thrown) {
            return $thrown->getErrorCode() !== '' && $thrown->getLine() > 0;
        }
        return false;
    };
    return [
        'array' => fn () => count($engine->rankUsers(['time_range' => 'today', 'limit' => USERS])) === USERS,
        'json' => fn () => strlen($engine->rankUsersJson(['time_range' => 'today', 'limit' => USERS])) > USERS,
        'unknown word' => fn () => $refused(fn () => $engine->rankUsers(['time_range' => 'someday'])),
        'unknown option' => fn () => $refused(fn () => $engine->rankUsersJson(['limits' => 1])),
        'open' => fn () => Engine::open($with_snapshot)->snapshotFailure() === null,
        'stats' => fn () => $engine->stats() !== [],
        'source' => fn () => $engine->lastSource()['path'] === 'snapshot',
        'range' => fn () => $plain->range(['time_range' => 'week'])['start'] < NOW,
        'details' => fn () => $engine->userDetails(['user_id' => 1]) !== null,
        'database' => fn () => count($plain->rankNodes()) === 2,
    ];
}

function ask(array $turns, int $calls): void
{
    $names = array_keys($turns);
    for ($call = 0; $call < $calls; $call++) {
        $name = $names[$call % count($names)];
        if (!$turns[$name]()) {
            throw new LogicException("call $call, '$name', had another answer");
        }
    }
}

$calls = (int) ($argv[1] ?? 20000);
$config = crowded();
$turns = turns($config, $config + ['data_dir' => folder()]);
ask($turns, max(8000, intdiv($calls, 20)));
$before = Held::now();
$started = hrtime(true);
ask($turns, $calls);
$seconds = (hrtime(true) - $started) / 1e9;
$after = Held::now();
printf("endurance: %d calls in %.1f s\n  before: %s\n  after:  %s\n", $calls, $seconds, $before, $after);

$grown = [];
if ($after->memory_kb > $before->memory_kb + SLACK_KB) {
    $grown[] = 'written memory';
}
if ($after->php_bytes > $before->php_bytes + SLACK_PHP_BYTES) {
    $grown[] = 'memory of PHP';
}
if ($after->threads > $before->threads) {
    $grown[] = 'threads';
}
if ($after->files > $before->files) {
    $grown[] = 'files';
}
if ($grown !== []) {
    fwrite(STDERR, 'endurance: grown: ' . implode(', ', $grown) . "\n");
    exit(1);
}
