<?php

declare(strict_types=1);

/*
 * Goes before every page of a measured site. A request with `measure` is answered here, any other by the
 * addon's own page. What a request took is added, as a line of JSON, to the file that BENCH_NOTES names.
 */

use TrafficEngine\Bench\Original;
use TrafficEngine\Bench\Usage;

(static function (): void {
    $measure = $_GET['measure'] ?? null;
    if ($measure === 'nothing') {
        exit;
    }
    if ($measure === 'memory') {
        require __DIR__ . '/src/Usage.php';
        exit((string) Usage::privateBytes((string) ini_get('traffic_engine.data_dir')));
    }
    $started = hrtime(true);
    register_shutdown_function(static function () use (&$started): void {
        $note = ['ms' => (hrtime(true) - $started) / 1e6, 'peak' => memory_get_peak_usage(true)];
        file_put_contents((string) getenv('BENCH_NOTES'), json_encode($note) . "\n", FILE_APPEND);
    });
    if ($measure === null) {
        return;
    }
    require getenv('WHMCS_HARNESS') . '/whmcs.php';
    require getenv('WHMCS_HARNESS') . '/addon.php';
    harness_load_addon();
    if ($measure === 'original') {
        require __DIR__ . '/src/Original.php';
        $ask = (new Original(v2raysocks_traffic_createPDO()))->ranking(...);
        $arguments = [(int) strtotime('today -29 days'), (int) strtotime('tomorrow') - 1];
    } else {
        $ask = v2raysocks_traffic_getUserTrafficRankings(...);
        $arguments = ['traffic_desc', 'month', $measure === 'all' ? PHP_INT_MAX : 100];
    }
    if ($measure === 'original' || $measure === 'all') {
        ini_set('memory_limit', '512M'); // Both hold all users in arrays.
    }
    if ($measure !== 'all') {
        $started = hrtime(true); // The question alone; all users are compared with a whole request of the addon.
    }
    $users = $ask(...$arguments);
    if ($measure === 'all') {
        echo json_encode(['status' => 'success', 'data' => $users]);
    } else {
        echo json_encode(array_map(static fn (array $user): array => [$user['user_id'], $user['period_traffic']], $users));
    }
    exit;
})();
