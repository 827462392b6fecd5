<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

/** A process under way, with files rather than pipes, which fill up while nobody reads them. */
final class Process
{
    /** @var resource */
    public readonly mixed $handle;
    /** @var list<resource> */
    private readonly array $files;

    /**
     * @param list<string> $command
     * @param array<string, string> $environment
     */
    public function __construct(array $command, string $input, array $environment)
    {
        $this->files = [tmpfile(), tmpfile(), tmpfile()];
        fwrite($this->files[0], $input);
        rewind($this->files[0]);
        $this->handle = proc_open($command, $this->files, $pipes, null, $environment);
    }

    public function isRunning(): bool
    {
        return proc_get_status($this->handle)['running'];
    }

    /** Ends it as a lack of memory or power does. */
    public function kill(): void
    {
        proc_terminate($this->handle, SIGKILL);
        proc_close($this->handle);
    }

    /** Waits for its end. */
    public function wait(): void
    {
        proc_close($this->handle);
    }

    public function output(): string
    {
        return self::content($this->files[1]);
    }

    public function errors(): string
    {
        return self::content($this->files[2]);
    }

    /** @param resource $file */
    private static function content($file): string
    {
        rewind($file);
        return (string) stream_get_contents($file);
    }
}
