<?php
// What a page would do: the engine of this process, asked once.
$engine = TrafficEngine\Engine::open([
    'store' => getenv('LIVE_STORE'), 'password' => getenv('LIVE_PASSWORD'), 'timezone' => 'UTC',
    'data_dir' => getenv('LIVE_DATA_DIR'), 'path' => 'snapshot',
]);
echo $engine->totalJson();
