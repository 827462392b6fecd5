--TEST--
The stub for editors says what the extension has
--EXTENSIONS--
traffic_engine
--FILE--
<?php
require __DIR__ . '/signatures.inc';

// The stub declares the same classes, so it is looked at by a PHP without the extension.
$stub = shell_exec(implode(' ', array_map('escapeshellarg', [
    PHP_BINARY, '-n', '-r',
    'require $argv[1]; require $argv[2]; echo signatures();', '--',
    __DIR__ . '/signatures.inc', __DIR__ . '/../traffic_engine.stub.php',
])));
$extension = signatures();
var_dump(substr_count($extension, ' function ') > 40);
if ($stub === $extension) {
    echo "the same\n";
} else {
    $lines = static fn (string $text): array => explode("\n", $text);
    echo "only in the stub:\n", implode("\n", array_diff($lines($stub), $lines($extension))), "\n";
    echo "only in the extension:\n", implode("\n", array_diff($lines($extension), $lines($stub))), "\n";
}
?>
--EXPECT--
bool(true)
the same
