<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Sql;

use V2RaySocksTraffic\Time\Window;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Conditions on usage rows, all of which must hold. Values are bound, never written into the text. */
final class Where
{
    /** The text of a row's node, equal only to the same bytes of UTF-8, of whatever character set the table is. */
    public const NODE = 'CAST(CONVERT(uu.node USING utf8mb4) AS BINARY)';

    /** Rows that carry the marker of a merged day, which means exactly these three letters. */
    public const IS_DAY = self::NODE . " = 'DAY'";

    /** @var list<string> */
    private array $terms = [];

    /** @var list<int|string|null> */
    private array $params = [];

    public static function within(Window $window): self
    {
        $where = new self();
        if ($window->start !== null) {
            $where->and('uu.t >= ?', $window->start);
        }
        if ($window->end !== null) {
            $where->and('uu.t <= ?', $window->end);
        }
        return $where;
    }

    /** @param list<Window> $windows */
    public static function withinAny(array $windows): self
    {
        if (count($windows) === 1) {
            return self::within($windows[0]);
        }
        $where = new self();
        $terms = array_map(static fn (Window $window): self => self::within($window), $windows);
        $texts = array_map(static fn (self $one): string => '(' . (implode(' AND ', $one->terms) ?: '1 = 1') . ')', $terms);
        return $where->and(
            $texts === [] ? '1 = 0' : '(' . implode(' OR ', $texts) . ')',
            ...array_merge(...array_map(static fn (self $one): array => $one->params, $terms)),
        );
    }

    public function and(string $term, int|string|null ...$values): self
    {
        $this->terms[] = $term;
        array_push($this->params, ...array_values($values));
        return $this;
    }

    /** Rows that name a node, which merged days do not. */
    public function andNotDay(): self
    {
        return $this->and('NOT (' . self::IS_DAY . ')');
    }

    public function sql(): string
    {
        return $this->terms === [] ? '' : ' WHERE ' . implode(' AND ', $this->terms);
    }

    /** @return list<int|string|null> */
    public function params(): array
    {
        return $this->params;
    }
}
