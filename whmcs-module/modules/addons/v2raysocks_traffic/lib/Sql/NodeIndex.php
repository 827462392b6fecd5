<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * What the node text of a usage row means: digits alone are the id of a listed node where there is one,
 * otherwise a text equal to a name is that node (the lowest id among equal names), otherwise the text is a
 * node of its own. `DAY` is no node.
 */
final class NodeIndex
{
    public const DAY = 'DAY';

    /** @var array<int, array<string, mixed>> nodes by id, ascending */
    public readonly array $nodes;

    /** @var array<string, int> ids by name */
    private array $byName = [];

    /** Whether a name begins with a digit. */
    private bool $hasNameLikeNumber = false;

    /** @param list<array<string, mixed>> $rows nodes by ascending id */
    public function __construct(array $rows)
    {
        $nodes = [];
        foreach ($rows as $row) {
            $id = (int) $row['id'];
            $nodes[$id] = $row;
            $this->byName['=' . $row['name']] ??= $id;
            $this->hasNameLikeNumber = $this->hasNameLikeNumber || ctype_digit(substr((string) $row['name'], 0, 1));
        }
        $this->nodes = $nodes;
    }

    public static function read(Connection $db, string $columns = 'id, name, country, address'): self
    {
        return new self($db->rows("SELECT $columns FROM node ORDER BY id"));
    }

    /** The id of the listed node that a text means, or null. */
    public function idOf(string $text): ?int
    {
        if ($text === self::DAY) {
            return null;
        }
        if (ctype_digit($text)) {
            // However many zeros lead, the number is the node's; what is left must fit an integer.
            $digits = ltrim($text, '0');
            if (strlen($digits) < 19 && isset($this->nodes[(int) $digits])) {
                return (int) $digits;
            }
        }
        // Marked, because PHP would turn digits into another kind of key.
        return $this->byName['=' . $text] ?? null;
    }

    /** Differs where texts may mean other nodes. The engine computes the same. */
    public function fingerprint(): string
    {
        $lines = '';
        foreach ($this->nodes as $id => ['name' => $name]) {
            $lines .= $id . ':' . strlen((string) $name) . ":$name\n";
        }
        return hash('xxh3', $lines);
    }

    /** One key for all texts that mean one node; null for merged days. */
    public function keyOf(string $text): int|string|null
    {
        return $text === self::DAY ? null : $this->idOf($text) ?? "=$text";
    }

    /**
     * Key of the row that a text has in the pre-aggregates: `#` and the id of a listed node, else `=` and the text. Blanks
     * at the end are nothing to the collation there, so texts that differ in them alone share a row, and digits with some
     * share that of the listed node.
     */
    public function rowOf(string $text): string
    {
        $trimmed = rtrim($text, ' ');
        $id = $this->idOf($text) ?? (ctype_digit($trimmed) ? $this->idOf($trimmed) : null);
        return $id === null ? "=$trimmed" : "#$id";
    }

    /**
     * Whether all texts from the lowest to the highest, by their bytes, mean different nodes. Only a number and a name
     * can mean the same node, or two numbers of which one begins with zeros.
     */
    public function tellsApart(string $lowest, string $highest): bool
    {
        if (strcmp($lowest, ':') >= 0) {
            return true; // None begins with a digit: names alone.
        }
        // All begin with a digit, and no node's name does: numbers alone, and texts that mean no listed node.
        return strcmp($lowest, '1') >= 0 && strcmp($highest, ':') < 0 && !$this->hasNameLikeNumber;
    }

    /** Keeps the rows of the node that a text means; where it means none, the rows with this very text. */
    public function select(Where $where, string $text): void
    {
        $id = $this->idOf($text);
        if ($id === null) {
            $where->and(Where::NODE . ' = ?', $text);
            return;
        }
        $name = (string) $this->nodes[$id]['name'];
        $byId = "uu.node <> '' AND CAST(TRIM(LEADING '0' FROM CONVERT(uu.node USING utf8mb4)) AS BINARY) = ?";
        // A name that leads to another node is no sign of this one.
        if ($this->idOf($name) === $id) {
            $where->and('(' . Where::NODE . " = ? OR ($byId))", $name, (string) $id);
        } else {
            $where->and("($byId)", (string) $id);
        }
    }
}
