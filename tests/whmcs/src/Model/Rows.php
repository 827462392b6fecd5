<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/** Usage rows and plain sums over them. */
final class Rows
{
    /** @param list<array<string, mixed>> $rows */
    public function __construct(public readonly array $rows)
    {
    }

    public function where(callable $isWanted): self
    {
        return new self(array_values(array_filter($this->rows, $isWanted)));
    }

    public function between(?int $start, ?int $end): self
    {
        return $this->where(static fn (array $row): bool =>
            ($start === null || $row['t'] >= $start) && ($end === null || $row['t'] <= $end));
    }

    public function since(int $start): self
    {
        return $this->between($start, null);
    }

    /**
     * Rows by key, in ascending order of the keys.
     *
     * @return array<array-key, self>
     */
    public function by(callable $keyOf): array
    {
        $groups = [];
        foreach ($this->rows as $row) {
            $groups[$keyOf($row)][] = $row;
        }
        ksort($groups);
        return array_map(static fn (array $rows): self => new self($rows), $groups);
    }

    public function newestFirst(): self
    {
        $rows = $this->rows;
        usort($rows, static fn (array $a, array $b): int => [$b['t'], $a['id']] <=> [$a['t'], $b['id']]);
        return new self($rows);
    }

    public function count(): int
    {
        return count($this->rows);
    }

    public function upload(): int
    {
        return array_sum(array_column($this->rows, 'u'));
    }

    public function download(): int
    {
        return array_sum(array_column($this->rows, 'd'));
    }

    public function total(): int
    {
        return $this->upload() + $this->download();
    }

    public function users(): int
    {
        return count(array_unique(array_column($this->rows, 'user_id')));
    }

    /** Time of the first row, or null without rows. */
    public function first(): ?int
    {
        return $this->rows === [] ? null : min(array_column($this->rows, 't'));
    }

    /** Time of the last row, or null without rows. */
    public function last(): ?int
    {
        return $this->rows === [] ? null : max(array_column($this->rows, 't'));
    }
}
