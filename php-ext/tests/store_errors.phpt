--TEST--
A store that cannot be read: whose fault, where, and what to do
--EXTENSIONS--
pdo_sqlite
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

use TrafficEngine\Engine;

$ask = fn (string $store, array $more = []) =>
    fn () => Engine::open(['store' => $store, 'timezone' => 'UTC'] + $more)->rankUsers();

failure('no such file', $ask('sqlite:///nowhere/usage.db'));
failure('a folder', $ask('sqlite:///'));

$text = tempnam(sys_get_temp_dir(), 'traffic-engine-phpt-');
register_shutdown_function(static fn () => unlink($text));
file_put_contents($text, str_repeat('not a database. ', 100));
failure('no database', $ask("sqlite://$text"));

file_put_contents($text, '');
failure('no tables', $ask("sqlite://$text"));

// Nobody listens on the port of a socket that was bound and closed.
$socket = stream_socket_server('tcp://127.0.0.1:0');
$port = (int) substr(strrchr(stream_socket_get_name($socket, false), ':'), 1);
fclose($socket);
failure('nobody listens', $ask("mysql://me@127.0.0.1:$port/v2r", ['password' => 'hush']));
failure('password in the address', $ask("mysql://me:hush@127.0.0.1:$port/v2r"));

$path = database();
(new PDO("sqlite:$path"))->exec('UPDATE user_usage SET u = -1 WHERE id = 1');
failure('a bad value', $ask("sqlite://$path", ['now' => NOW]));

failure('no snapshot', fn () => engine()->stats());
failure('nor with that path alone', fn () => engine(['path' => 'snapshot'])->rankUsers());
?>
--EXPECTF--
no such file: TrafficEngine\StoreException [cannot_open]
    cannot open sqlite:///nowhere/usage.db: unable to open database file; check the path, or make a store there with `generate`
a folder: TrafficEngine\StoreException [cannot_open]
    cannot open sqlite:///: unable to open database file; check that it is a SQLite database which you may read
no database: TrafficEngine\StoreException [cannot_open]
    cannot open sqlite://%s: file is not a database; check that it is a SQLite database which you may read
no tables: TrafficEngine\StoreException [missing_table]
    sqlite://%s has no readable table `user`; choose the V2RaySocks database, or grant SELECT on it
nobody listens: TrafficEngine\StoreException [unreachable]
    cannot reach mysql://me@127.0.0.1:%d/v2r: Connection refused (os error 111); check host, port, and that the server runs, or name its socket with ?socket=FILE
password in the address: TrafficEngine\StoreException [unreachable]
    cannot reach mysql://me@127.0.0.1:%d/v2r: Connection refused (os error 111); check host, port, and that the server runs, or name its socket with ?socket=FILE
a bad value: TrafficEngine\StoreException [bad_value]
    table `user_usage`, row id 1: column `u` holds -1, but must be 0 or more; correct or delete that row
no snapshot: TrafficEngine\SnapshotException [no_snapshot]
    snapshot: no data directory is configured; set one, or use path auto
nor with that path alone: TrafficEngine\SnapshotException [no_snapshot]
    snapshot: no data directory is configured; set one, or use path auto
