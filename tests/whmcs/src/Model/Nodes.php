<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/** What the text of a usage row's node stands for. */
final class Nodes
{
    /** @var array<int, array<string, mixed>> by id */
    public readonly array $byId;

    /** @param list<array<string, mixed>> $nodes */
    public function __construct(array $nodes)
    {
        $this->byId = array_column($nodes, null, 'id');
    }

    /** `day`, `id:<id>` of a listed node, or `text:<text>` of one that is not listed. */
    public function meaning(string $text): string
    {
        if ($text === 'DAY') {
            return 'day';
        }
        foreach (array_keys($this->byId) as $id) {
            if (preg_match('/^0*' . $id . '$/D', $text) === 1) {
                return "id:$id";
            }
        }
        $ids = array_keys(array_filter($this->byId, static fn (array $node): bool => $node['name'] === $text));
        return $ids === [] ? "text:$text" : 'id:' . min($ids);
    }

    /** The listed node a row belongs to. */
    public function of(array $row): ?array
    {
        $meaning = $this->meaning($row['node']);
        return str_starts_with($meaning, 'id:') ? $this->byId[(int) substr($meaning, 3)] : null;
    }

    /** True when the row belongs to the node that `$wanted` means, or holds this very text where it means none. */
    public function belongs(array $row, string $wanted): bool
    {
        $meaning = $this->meaning($wanted);
        return str_starts_with($meaning, 'id:') ? $this->meaning($row['node']) === $meaning : $row['node'] === $wanted;
    }

    public function rowsOf(int $id, Rows $rows): Rows
    {
        return $rows->where(fn (array $row): bool => $this->meaning($row['node']) === "id:$id");
    }

    /** Distinct nodes, listed or not; merged days are none. */
    public function count(Rows $rows): int
    {
        $meanings = array_map($this->meaning(...), array_column($rows->rows, 'node'));
        return count(array_unique(array_diff($meanings, ['day'])));
    }
}
