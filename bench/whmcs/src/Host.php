<?php

declare(strict_types=1);

namespace TrafficEngine\Bench;

use CurlHandle;
use RuntimeException;
use TrafficEngine\Whmcs\Tests\Root;

/** The shop's site under nginx and one worker of php-fpm, with the extension or without it. */
final class Host
{
    private readonly string $address;
    private readonly string $notes;
    /** @var resource */
    private $process;
    /** @var resource */
    private $input;
    private readonly CurlHandle $connection;

    /** @param ?string $extension the file traffic_engine.so, and its folder for snapshots; pure PHP without them */
    public function __construct(Shop $shop, ?string $extension = null, ?string $snapshot = null)
    {
        $this->notes = Root::temporary('bench-notes') . '/notes';
        $settings = ['auto_prepend_file' => dirname(__DIR__) . '/page.php', 'memory_limit' => '64M', 'date.timezone' => 'UTC'];
        if ($extension !== null) {
            $settings += ['extension' => $extension, 'traffic_engine.data_dir' => (string) $snapshot];
        }
        $options = [];
        foreach ($settings as $name => $value) {
            array_push($options, '-d', "$name=$value");
        }
        $environment = ['WHMCS_DATABASE' => $shop->whmcsDatabase(), 'WHMCS_WORKERS' => '1', 'BENCH_NOTES' => $this->notes, 'TZ' => 'UTC'];
        $serve = dirname(__DIR__, 3) . '/tests/whmcs/serve';
        $this->process = proc_open([$serve, 'fpm', ...$options], [['pipe', 'r'], ['pipe', 'w']], $pipes, null, $environment + getenv());
        $this->input = $pipes[0];
        $this->address = trim((string) fgets($pipes[1]));
        if ($this->address === '') {
            throw new RuntimeException('the site did not start; its messages are above');
        }
        $this->connection = curl_init();
        curl_setopt_array($this->connection, [CURLOPT_RETURNTRANSFER => true, CURLOPT_COOKIE => 'WHMCSadmin=bench', CURLOPT_TIMEOUT => 600]);
    }

    /** The server goes when its input ends. */
    public function stop(): void
    {
        fclose($this->input);
        proc_close($this->process);
    }

    /** The answer to one of the questions of page.php. */
    public function measure(string $question): string
    {
        return $this->get(['measure' => $question]);
    }

    /** The answer to an action of the addon. */
    public function action(array $query): string
    {
        return $this->get(['module' => 'v2raysocks_traffic'] + $query);
    }

    /** @return array{ms: float, peak: int} what the last request took inside PHP: milliseconds and bytes of memory */
    public function note(): array
    {
        $lines = (array) file($this->notes, FILE_IGNORE_NEW_LINES);
        return json_decode((string) end($lines), true, flags: JSON_THROW_ON_ERROR);
    }

    /** Milliseconds from the request to the whole answer, as the client sees them. */
    public function roundTrip(): float
    {
        return 1e3 * curl_getinfo($this->connection, CURLINFO_TOTAL_TIME);
    }

    private function get(array $query): string
    {
        curl_setopt($this->connection, CURLOPT_URL, "$this->address/addonmodules.php?" . http_build_query($query));
        $answer = curl_exec($this->connection);
        $status = curl_getinfo($this->connection, CURLINFO_RESPONSE_CODE);
        if ($answer === false || $status !== 200) {
            throw new RuntimeException("status $status: " . curl_error($this->connection) . substr((string) $answer, 0, 500));
        }
        return $answer;
    }
}
