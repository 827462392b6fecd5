--TEST--
Exceptions pass through callbacks, destructors, generators, fibers and handlers of PHP code
--EXTENSIONS--
pdo_sqlite
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

$engine = engine();
$bad = fn () => $engine->rankUsers(['limit' => -1]);

failure('in a sort', function () use ($bad) {
    $list = [2, 1];
    usort($list, fn () => $bad() <=> 0);
});
failure('in a generator', fn () => iterator_to_array((fn () => yield $bad())()));
failure('in a fiber', fn () => (new Fiber($bad))->start());
failure('in a destructor', function () use ($bad) {
    new class ($bad) {
        public function __construct(private Closure $bad)
        {
        }

        public function __destruct()
        {
            ($this->bad)();
        }
    };
});
failure('as the cause of another', function () use ($bad) {
    try {
        $bad();
    } catch (TrafficEngine\Exception $cause) {
        throw new RuntimeException('mine, by ' . $cause->getErrorCode(), 0, $cause);
    }
});
failure('in finally, over another', function () use ($bad) {
    try {
        throw new RuntimeException('first');
    } finally {
        $bad();
    }
});
set_error_handler(fn () => $bad());
failure('in an error handler', fn () => trigger_error('notice'));
restore_error_handler();
ob_start(function (string $shown) use ($engine): string {
    try {
        $engine->live(['x' => 1]);
    } catch (TrafficEngine\Exception $thrown) {
        return $shown . $thrown->getErrorCode() . "\n";
    }
});
echo 'in an output handler: ';
ob_end_flush();
for ($again = 0; $again < 1000; $again++) {
    try {
        $bad();
    } catch (TrafficEngine\InvalidRequestException) {
    }
}
var_dump(count($engine->rankUsers()));
set_exception_handler(function (Throwable $thrown) use ($engine): void {
    echo 'at last: ', $thrown->getMessage(), "\n";
    var_dump(count($engine->rankNodes()));
});
$bad();
?>
--EXPECT--
in a sort: TrafficEngine\InvalidRequestException [bad_limit]
    "-1" is not a limit; give a number of rows, or all, which 0 means too
in a generator: TrafficEngine\InvalidRequestException [bad_limit]
    "-1" is not a limit; give a number of rows, or all, which 0 means too
in a fiber: TrafficEngine\InvalidRequestException [bad_limit]
    "-1" is not a limit; give a number of rows, or all, which 0 means too
in a destructor: TrafficEngine\InvalidRequestException [bad_limit]
    "-1" is not a limit; give a number of rows, or all, which 0 means too
as the cause of another: RuntimeException
    mine, by bad_limit
in finally, over another: TrafficEngine\InvalidRequestException [bad_limit]
    "-1" is not a limit; give a number of rows, or all, which 0 means too
in an error handler: TrafficEngine\InvalidRequestException [bad_limit]
    "-1" is not a limit; give a number of rows, or all, which 0 means too
in an output handler: bad_option
int(3)
at last: "-1" is not a limit; give a number of rows, or all, which 0 means too
int(2)
