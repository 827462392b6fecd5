<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\TestCase;

/** The zip that admins unpack into WHMCS. */
final class PackageTest extends TestCase
{
    private static string $folder;

    public static function setUpBeforeClass(): void
    {
        self::$folder = Root::temporary('package');
        exec(escapeshellarg(self::repository() . '/scripts/whmcs-package') . ' ' . escapeshellarg(self::$folder . '/package.zip') . ' 2>&1', $output, $status);
        self::assertSame(0, $status, implode("\n", $output));
    }

    public function testThePackageHoldsTheAddonAndHowToInstallIt(): void
    {
        $files = self::unpackInto('fresh');
        self::assertContains('INSTALL.md', $files);
        self::assertContains('INSTALL.zh-CN.md', $files);
        self::assertContains('CHANGES.md', $files, 'what differs from version 1');
        self::assertContains('modules/addons/v2raysocks_traffic/v2raysocks_traffic.php', $files);
        foreach ($files as $file) {
            self::assertMatchesRegularExpression('~^(modules/addons/v2raysocks_traffic/|INSTALL|LICENSE|CHANGELOG|CHANGES)~', $file);
            self::assertDoesNotMatchRegularExpression('~\.(sql|sh|phpt|neon|lock)$|/\.|/tests?/|composer~', $file);
        }
        foreach (['INSTALL.md', 'INSTALL.zh-CN.md'] as $guide) {
            self::assertStringContainsString('traffic_engine', (string) file_get_contents(self::$folder . "/fresh/$guide"));
        }
    }

    public function testTheSameSourcesMakeTheSamePackage(): void
    {
        exec(escapeshellarg(self::repository() . '/scripts/whmcs-package') . ' ' . escapeshellarg(self::$folder . '/again.zip'));
        self::assertSame(hash_file('sha256', self::$folder . '/package.zip'), hash_file('sha256', self::$folder . '/again.zip'));
    }

    public function testThePackageIsNamedAfterItsVersion(): void
    {
        exec(escapeshellarg(self::repository() . '/scripts/whmcs-package') . ' 2>&1', $output, $status);
        self::assertSame(0, $status, implode("\n", $output));
        $call = ['function' => 'config', 'arguments' => []];
        $version = (new Php(Installation::of(World::all()['Shanghai'][0])))->ask([$call])[0]['result']['version'];
        self::assertStringEndsWith("/target/whmcs/v2raysocks_traffic-$version.zip", end($output));
    }

    public function testAnInstallationUpgradesInPlaceAndGoesBack(): void
    {
        $folder = self::$folder . '/upgraded/modules/addons/' . Installation::ADDON;
        mkdir($folder, 0700, true);
        // An older version, whose hooks would fail were they not replaced.
        file_put_contents("$folder/v2raysocks_traffic.php", "<?php\nfunction v2raysocks_traffic_config() { return ['version' => '1.0.1']; }\n"
            . "function v2raysocks_traffic_output(\$vars) { echo 'the old version'; }\n");
        exec('cp -a ' . escapeshellarg($folder) . ' ' . escapeshellarg(self::$folder . '/kept'));

        self::unpackInto('upgraded');
        self::assertStringNotContainsString('the old version', self::dashboardOf($folder));
        self::assertStringContainsString('contentarea', self::dashboardOf($folder));

        exec('rm -rf ' . escapeshellarg($folder) . ' && cp -a ' . escapeshellarg(self::$folder . '/kept') . ' ' . escapeshellarg($folder));
        self::assertStringContainsString('the old version', self::dashboardOf($folder));
    }

    /** The first page of an installation of an older version whose addon is in the folder. */
    private static function dashboardOf(string $folder): string
    {
        $installation = Installation::of(World::all()['Shanghai'][0]);
        $installation->configure(['version' => '1.0.1']);
        putenv("WHMCS_MODULE=$folder");
        $site = new Site('builtin', $installation, new Php($installation));
        $response = $site->get([]);
        $site->stop();
        putenv('WHMCS_MODULE');
        $installation->configure();
        self::assertSame(200, $response->status, $response->body);
        self::assertSame('', $site->complaints());
        return $response->body;
    }

    /** @return list<string> the files of the package */
    private static function unpackInto(string $folder): array
    {
        $to = escapeshellarg(self::$folder . "/$folder");
        exec('unzip -o -q ' . escapeshellarg(self::$folder . '/package.zip') . " -d $to 2>&1", $output, $status);
        self::assertSame(0, $status, implode("\n", $output));
        exec('unzip -Z1 ' . escapeshellarg(self::$folder . '/package.zip'), $files);
        return array_values(preg_grep('~/$~', $files, PREG_GREP_INVERT));
    }

    private static function repository(): string
    {
        return dirname(__DIR__, 3);
    }
}
