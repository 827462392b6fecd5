--TEST--
Files outside of open_basedir are refused, as PHP's own are
--EXTENSIONS--
pdo_sqlite
traffic_engine
--FILE--
<?php
require __DIR__ . '/usage.inc';

$path = database();
$jail = "$path-jail";
mkdir("$jail/in", 0700, true);
mkdir("$jail/in-name");
symlink("$jail/in", "$jail/in/self");
symlink(dirname($path), "$jail/in/out");
symlink("$jail/nowhere", "$jail/in/dangling");
copy($path, "$jail/in/usage.db");
copy($path, "$jail/in-name/usage.db");
// PHP itself may not look outside any longer when the test ends.
register_shutdown_function(static function () use ($jail, $path): void {
    shell_exec('rm -rf ' . escapeshellarg($jail) . ' ' . escapeshellarg($path));
});
ini_set('open_basedir', "$jail/in");

$try = static function (string $title, array $config): void {
    try {
        $records = TrafficEngine\Engine::open($config)->total()['total_records'];
        echo $title, ': ', $records > 0 ? 'answers' : 'nothing', "\n";
    } catch (TrafficEngine\ConfigException $refused) {
        echo $title, ': ', $refused->getErrorCode(), ' ',
            str_contains($refused->getMessage(), 'open_basedir') ? 'open_basedir' : $refused->getMessage(), "\n";
    } catch (TrafficEngine\StoreException $other) {
        echo $title, ': ', $other->getErrorCode(), "\n";
    }
};
$inside = config("$jail/in/usage.db", ['background' => false]);
$try('inside', $inside);
$try('by a link inside', config("$jail/in/self/usage.db"));
$try('outside', config($path));
$try('a name that begins alike', config("$jail/in-name/usage.db"));
$try('by dots', config("$jail/in/../in-name/usage.db"));
$try('by a link to the outside', config("$jail/in/out/" . basename($path)));
$try('data_dir inside', ['data_dir' => "$jail/in/data/of/ours"] + $inside);
$try('data_dir outside', ['data_dir' => "$jail/data"] + $inside);
$try('data_dir by a dangling link', ['data_dir' => "$jail/in/dangling"] + $inside);
$try('data_dir by dots', ['data_dir' => "$jail/in/new/../../data"] + $inside);
var_dump(shell_exec('ls -d ' . escapeshellarg($jail) . '/data ' . escapeshellarg($jail) . '/nowhere 2>/dev/null'));
$server = 'mysql://ada@127.0.0.1:1/v2r';
$try('socket outside', ['store' => "$server?socket=$path.sock", 'timezone' => 'UTC']);
$try('authority outside', ['store' => "$server?tls=verify-ca&tls-ca=/etc/hosts", 'timezone' => 'UTC']);
$try('a server needs no file', ['store' => $server, 'timezone' => 'UTC']);
$try('socket of Redis outside', ['redis' => "unix://$path.sock"] + $inside);
try {
    TrafficEngine\Cache::open(['redis' => "unix://$path.sock"]);
} catch (TrafficEngine\ConfigException $refused) {
    echo $refused->getErrorCode(), ' ', str_contains($refused->getMessage(), 'open_basedir') ? 'open_basedir' : '', "\n";
}
?>
--EXPECT--
inside: answers
by a link inside: answers
outside: bad_config open_basedir
a name that begins alike: bad_config open_basedir
by dots: bad_config open_basedir
by a link to the outside: bad_config open_basedir
data_dir inside: answers
data_dir outside: bad_config open_basedir
data_dir by a dangling link: bad_config open_basedir
data_dir by dots: bad_config open_basedir
NULL
socket outside: bad_config open_basedir
authority outside: bad_config open_basedir
a server needs no file: unreachable
socket of Redis outside: bad_config open_basedir
bad_config open_basedir
