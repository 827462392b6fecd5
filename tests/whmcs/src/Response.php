<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Assert;

/** What a page answered. */
final class Response
{
    /** @param array<string, string> $headers by lower-case name */
    public function __construct(
        public readonly int $status,
        public readonly array $headers,
        public readonly string $body,
    ) {
    }

    public function header(string $name): string
    {
        return $this->headers[$name] ?? '';
    }

    /** No cache between us and the admin keeps it, and no browser guesses what it is. */
    public function assertIsKeptPrivate(): void
    {
        Assert::assertStringContainsString('no-store', $this->header('cache-control'));
        Assert::assertSame('nosniff', $this->header('x-content-type-options'));
    }

    /** The answer of a JSON action. */
    public function json(): array
    {
        Assert::assertStringStartsWith('application/json', $this->header('content-type'), "not JSON: $this->body");
        return json_decode($this->body, true, 64, JSON_THROW_ON_ERROR);
    }

    /** The name under which a browser would save it. */
    public function fileName(): string
    {
        Assert::assertSame(
            1,
            preg_match('/^attachment; filename="([^"\r\n]*)"$/', $this->header('content-disposition'), $found),
            $this->header('content-disposition') . $this->body,
        );
        return $found[1];
    }

    /** @return list<list<string>> the lines of a CSV file, the titles first */
    public function csv(): array
    {
        Assert::assertStringStartsWith('text/csv', $this->header('content-type'), $this->body);
        Assert::assertStringStartsWith("\u{FEFF}", $this->body, 'spreadsheets need the mark to read UTF-8');
        $file = fopen('php://memory', 'r+');
        fwrite($file, substr($this->body, 3));
        rewind($file);
        for ($lines = []; ($line = fgetcsv($file, null, ',', '"', '')) !== false;) {
            $lines[] = $line;
        }
        return $lines;
    }
}
