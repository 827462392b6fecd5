<?php

declare(strict_types=1);

/*
 * Asks the addon's functions in a process of its own.
 *
 * Reads a serialized list of calls ({function, arguments} or {class, construct, function, arguments}) and
 * writes a serialized list of {result} or {throws}, each with {printed} and {problems}.
 * Function names lack the addon's prefix. A call of class `harness` goes to the harness itself.
 */

require __DIR__ . '/whmcs.php';
require __DIR__ . '/addon.php';
ob_start();
harness_load_addon();
$loading = ob_get_clean();

$problems = [];
set_error_handler(static function (int $level, string $text, string $file, int $line) use (&$problems): bool {
    // Code behind an @ expects the problem.
    if (error_reporting() & $level) {
        $problems[] = sprintf('%s in %s:%d', $text, basename($file), $line);
    }
    return true;
});

$answers = [];
foreach (unserialize((string) stream_get_contents(STDIN)) as $call) {
    $problems = [];
    ob_start();
    try {
        $callable = match ($call['class'] ?? null) {
            null => HARNESS_ADDON . '_' . $call['function'],
            'harness' => $call['function'],
            default => [new $call['class'](...$call['construct']), $call['function']],
        };
        $answer = ['result' => $callable(...$call['arguments'])];
    } catch (Throwable $thrown) {
        $answer = ['throws' => $thrown::class . ': ' . $thrown->getMessage()];
    }
    $answers[] = $answer + ['printed' => $loading . ob_get_clean(), 'problems' => $problems];
    $loading = '';
}

echo serialize($answers);
