<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use CurlHandle;
use RuntimeException;

/** A running web server of a made-up WHMCS; see the script `serve`. */
final class Site
{
    public const LOGIN = 'WHMCSadmin=the-login-of-an-admin';

    private readonly string $address;
    private readonly string $log;
    /** @var resource|null */
    private $process;
    /** @var resource */
    private $input;

    /** @param 'fpm'|'builtin' $kind */
    public function __construct(string $kind, Installation $installation, Php $php)
    {
        $this->log = Root::folder() . '/php-' . bin2hex(random_bytes(4)) . '.log';
        $environment = ['WHMCS_NOW' => $installation->world->nowForFaketime(), 'WHMCS_LOG' => $this->log] + $php->environment();
        $this->process = proc_open(
            [dirname(__DIR__) . '/serve', $kind, ...$php->options()],
            // Errors go where ours go; handing STDERR on would set a file back to its beginning.
            [['pipe', 'r'], ['pipe', 'w']],
            $pipes,
            null,
            $environment + getenv(),
        );
        $this->input = $pipes[0];
        $this->address = trim((string) fgets($pipes[1]));
        if ($this->address === '') {
            throw new RuntimeException("the $kind server did not start");
        }
        register_shutdown_function($this->stop(...));
    }

    /** The server goes when its input ends. */
    public function stop(): void
    {
        if ($this->process !== null) {
            fclose($this->input);
            proc_close($this->process);
            $this->process = null;
        }
    }

    /** The token of the login, which WHMCS puts into its forms. */
    public static function token(): string
    {
        return sha1('token of the-login-of-an-admin');
    }

    /** Asks the addon as an admin does. */
    public function get(array $query): Response
    {
        return $this->send($this->request('GET', $query));
    }

    /** Sends a form to the addon as an admin does. */
    public function post(array $query, array $form): Response
    {
        return $this->send($this->request('POST', $query, $form));
    }

    /** Asks for any path, without a login. */
    public function anonymous(string $path): Response
    {
        $handle = curl_init($this->address . $path);
        return $this->send($handle);
    }

    /** A request that is yet to be sent. */
    public function request(string $method, array $query, array $form = []): CurlHandle
    {
        $query = ['module' => Installation::ADDON] + $query;
        $handle = curl_init("$this->address/addonmodules.php?" . http_build_query($query));
        curl_setopt_array($handle, [CURLOPT_CUSTOMREQUEST => $method, CURLOPT_COOKIE => self::LOGIN]);
        if ($method === 'POST') {
            curl_setopt($handle, CURLOPT_POSTFIELDS, http_build_query($form));
        }
        return $handle;
    }

    public function send(CurlHandle $handle): Response
    {
        $headers = [];
        curl_setopt_array($handle, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 60,
            CURLOPT_HEADERFUNCTION => static function (CurlHandle $handle, string $line) use (&$headers): int {
                [$name, $value] = explode(':', $line, 2) + [1 => ''];
                $headers[strtolower($name)] = trim($value);
                return strlen($line);
            },
        ]);
        $body = curl_exec($handle);
        if ($body === false) {
            throw new RuntimeException(curl_error($handle));
        }
        return new Response(curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $headers, $body);
    }

    /** What PHP complained about since the last time. */
    public function complaints(): string
    {
        $complaints = is_file($this->log) ? (string) file_get_contents($this->log) : '';
        if ($complaints !== '') {
            file_put_contents($this->log, '');
        }
        return $complaints;
    }
}
