--TEST--
composer.json tells PIE what it must know
--EXTENSIONS--
traffic_engine
--FILE--
<?php
$root = __DIR__ . '/../..';
$package = json_decode(file_get_contents("$root/composer.json"), true, flags: JSON_THROW_ON_ERROR);
preg_match('/^license = "(.*)"/m', file_get_contents("$root/Cargo.toml"), $license);
$extension = $package['php-ext'];

echo $package['type'], ' ', $extension['extension-name'], "\n";
// The rules of Composer for names of packages.
var_dump(preg_match('#^[a-z0-9]([_.-]?[a-z0-9]+)*/[a-z0-9](([_.]|-{1,2})?[a-z0-9]+)*$#', $package['name']));
var_dump(implode(' OR ', $package['license']) === $license[1]);
var_dump($package['require'], $extension['support-nts'], $extension['support-zts']);
// PIE refuses keys it does not know, and both of these beside each other.
var_dump(array_diff(array_keys($extension), [
    'extension-name', 'support-nts', 'support-zts', 'os-families', 'build-path', 'download-url-method',
]));
var_dump(array_diff($extension['os-families'], ['windows', 'bsd', 'darwin', 'solaris', 'linux', 'unknown']));
// A binary where one is released, else the source.
echo implode(', ', $extension['download-url-method']), "\n";
var_dump(is_file("$root/{$extension['build-path']}/config.m4"));
// Tags give the version; one written here would be forgotten.
var_dump(isset($package['version']));
?>
--EXPECT--
php-ext traffic_engine
int(1)
bool(true)
array(1) {
  ["php"]=>
  string(5) ">=8.1"
}
bool(true)
bool(true)
array(0) {
}
array(0) {
}
pre-packaged-binary, composer-default
bool(true)
bool(false)
