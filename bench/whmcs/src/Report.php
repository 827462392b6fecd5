<?php

declare(strict_types=1);

namespace TrafficEngine\Bench;

use TrafficEngine\Whmcs\Tests\Servers;

/** The figures of a run, for people and as a file. */
final class Report
{
    /** @var list<array{what: string, figure: float, bound: ?string, kept: ?bool}> */
    private array $figures = [];

    public function progress(string $what): void
    {
        fwrite(STDERR, "bench: $what\n");
    }

    public function figure(string $what, float $figure): void
    {
        $this->add($what, $figure, null, null);
    }

    public function atMost(string $what, float $figure, float $bound): void
    {
        $this->add($what, $figure, "at most $bound", $figure <= $bound);
    }

    public function atLeast(string $what, float $figure, float $bound): void
    {
        $this->add($what, $figure, "at least $bound", $figure >= $bound);
    }

    /** Writes all to the file; true when every bound was kept. */
    public function finish(string $file): bool
    {
        $json = json_encode(['machine' => self::machine(), 'figures' => $this->figures], JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        file_put_contents($file, "$json\n");
        $kept = array_filter(array_column($this->figures, 'kept'), is_bool(...));
        printf("\n%d of %d bounds were kept; all figures are in %s\n", count(array_filter($kept)), count($kept), $file);
        return !in_array(false, $kept, true);
    }

    /** @param list<float> $figures */
    public static function median(array $figures): float
    {
        sort($figures);
        $half = intdiv(count($figures), 2);
        return count($figures) % 2 === 1 ? $figures[$half] : ($figures[$half - 1] + $figures[$half]) / 2;
    }

    private function add(string $what, float $figure, ?string $bound, ?bool $kept): void
    {
        $this->figures[] = ['what' => $what, 'figure' => round($figure, 3), 'bound' => $bound, 'kept' => $kept];
        printf("%-72s %10.2f  %s\n", $what, $figure, $bound === null ? '' : $bound . ($kept ? '' : '  MISSED'));
    }

    /** @return array<string, mixed> */
    private static function machine(): array
    {
        preg_match('/^model name\s*:\s*(.*)$/m', (string) file_get_contents('/proc/cpuinfo'), $cpu);
        return [
            'cpu' => $cpu[1] ?? null,
            'cores' => (int) shell_exec('nproc'),
            'php' => PHP_VERSION,
            'server' => Servers::connect()->query('SELECT VERSION()')->fetchColumn(),
            'commit' => trim((string) shell_exec('git rev-parse HEAD')),
            'date' => gmdate('Y-m-d\TH:i:s\Z'),
        ];
    }
}
