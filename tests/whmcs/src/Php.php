<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Assert;
use RuntimeException;

/** PHP processes at a world's moment and in its zone, with our extension or without it. */
final class Php
{
    /** The harness of WHMCS. */
    public const HARNESS = __DIR__ . '/../harness';

    /** @param array<string, string> $settings further ini settings */
    public function __construct(
        private readonly Installation $installation,
        private readonly bool $withExtension = false,
        private readonly array $settings = [],
        private readonly int $secondsLater = 0,
    ) {
    }

    /** The addon's folder. */
    public static function addon(): string
    {
        $folder = (string) (getenv('WHMCS_MODULE') ?: dirname(__DIR__, 3) . '/whmcs-module/modules/addons/' . Installation::ADDON);
        if (!is_file("$folder/" . Installation::ADDON . '.php')) {
            throw new RuntimeException("there is no addon to test in $folder");
        }
        return $folder;
    }

    /**
     * Whether there is an extension to be tested.
     *
     * @throws RuntimeException one is named that PHP does not load
     */
    public static function hasExtension(): bool
    {
        static $found = null;
        if ($found === null) {
            $path = (string) getenv('TRAFFIC_ENGINE_EXTENSION');
            $modules = $path === '' ? '' : (string) shell_exec('php -d extension=' . escapeshellarg($path) . ' -m 2>&1');
            $found = str_contains($modules, "\ntraffic_engine\n");
            if ($path !== '' && !$found) {
                throw new RuntimeException("PHP does not load the extension TRAFFIC_ENGINE_EXTENSION names, $path:\n$modules");
            }
        }
        return $found;
    }

    /** Leaves a test out, and says so, where there is no extension; `make test` always has one. */
    public static function requireExtension(): void
    {
        if (!self::hasExtension()) {
            Assert::markTestSkipped('needs the extension: TRAFFIC_ENGINE_EXTENSION names no traffic_engine.so');
        }
    }

    /**
     * Asks functions of the addon in one new process.
     *
     * @param list<array{function: string, arguments: array}> $calls
     * @return list<array{result?: mixed, throws?: string, printed: string, problems: list<string>}>
     */
    public function ask(array $calls): array
    {
        [$status, $output, $errors] = $this->run([self::HARNESS . '/ask.php'], serialize($calls));
        $answers = @unserialize($output);
        if ($status !== 0 || !is_array($answers)) {
            throw new RuntimeException("the addon ended the process with status $status: $errors$output");
        }
        return $answers;
    }

    /**
     * Runs a script.
     *
     * @param list<string> $arguments the script and what it is given
     * @param array<string, string> $environment
     * @return array{int, string, string} status, output, errors
     */
    public function run(array $arguments, string $input = '', array $environment = []): array
    {
        $process = $this->start($arguments, $input, $environment);
        return [proc_close($process->handle), $process->output(), $process->errors()];
    }

    /**
     * Starts a script and leaves it to itself.
     *
     * @param list<string> $arguments the script and what it is given
     * @param array<string, string> $environment
     */
    public function start(array $arguments, string $input = '', array $environment = []): Process
    {
        $command = ['php', '-d', 'display_errors=stderr', '-d', 'error_reporting=-1', ...$this->options(), ...$arguments];
        $environment += $this->environment() + $this->clock() + ['WHMCS_ROOT' => Root::folder(), 'WHMCS_HARNESS' => self::HARNESS];
        return new Process($command, $input, $environment + getenv());
    }

    /** @return list<string> PHP's command-line options */
    public function options(): array
    {
        $settings = $this->settings + ['date.timezone' => $this->installation->world->zone];
        if ($this->withExtension) {
            $settings += [
                'extension' => (string) getenv('TRAFFIC_ENGINE_EXTENSION'),
                'traffic_engine.data_dir' => Root::dataFolder($this->installation->world->name),
            ];
        }
        $options = [];
        foreach ($settings as $name => $value) {
            array_push($options, '-d', "$name=$value");
        }
        return $options;
    }

    /** @return array<string, string> the environment of a process or server, apart from its clock */
    public function environment(): array
    {
        return [
            'WHMCS_DATABASE' => $this->installation->whmcsDatabase(),
            'WHMCS_MODULE' => self::addon(),
            'WHMCS_WORLD' => $this->installation->world->name,
            'TZ' => 'UTC',
        ];
    }

    /** Clocks that only measure run on: connections wait by them. */
    private function clock(): array
    {
        return [
            'LD_PRELOAD' => self::clockLibrary(),
            'FAKETIME' => $this->installation->world->nowForFaketime($this->secondsLater),
            'FAKETIME_DONT_FAKE_MONOTONIC' => '1',
            'DONT_FAKE_MONOTONIC' => '1',
        ];
    }

    private static function clockLibrary(): string
    {
        static $library = null;
        if ($library === null) {
            exec(escapeshellarg(dirname(__DIR__) . '/clock') . ' 2>&1', $lines, $status);
            if ($status !== 0) {
                throw new RuntimeException(implode("\n", $lines));
            }
            $library = implode("\n", $lines);
        }
        return $library;
    }
}
