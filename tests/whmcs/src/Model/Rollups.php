<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

/**
 * What the tables of the pre-aggregates hold after each of a series of updates, by plain loops over the rows there are
 * at each of them. Hours are those of the zone's wall clock.
 */
final class Rollups
{
    /** @var array<string, array<int, list<int>>> by date and user */
    public array $users = [];
    /** @var array<string, array<string, list<int|string>>> by date and node */
    public array $nodes = [];
    /** @var array<int, list<int>> by first second */
    public array $hours = [];
    /** @var array<string, array<string, list<int>>> upload, download, users, rows that were merged away, by date and node */
    private array $bases = [];
    /** @var array<string, array{Rows, int, int}> rows, merged rows and their bytes of the last update by date */
    private array $last = [];

    public function __construct(private readonly Calendar $calendar, private Nodes $nodeList)
    {
    }

    /** Nodes are listed otherwise from now on, which changes days that have rows of nodes. */
    public function rename(Nodes $nodes): void
    {
        $this->nodeList = $nodes;
        foreach ($this->last as $date => [$rows, $merged, $bytes]) {
            if ($rows->count() > $merged) {
                $this->last[$date] = [new Rows([['changed' => true]]), $merged, $bytes];
            }
        }
    }

    public function update(Rows $rows): void
    {
        $days = $rows->by(fn (array $row): string => $this->calendar->date($row['t']));
        foreach (array_keys($days + $this->last) as $date) {
            $day = $days[$date] ?? new Rows([]);
            if (!isset($this->last[$date]) || $this->last[$date][0]->rows != $day->rows) {
                $this->day($date, $day);
            }
        }
    }

    /**
     * What was stored in another zone, of which merged days never lose.
     *
     * @param list<list<mixed>> $rows of daily_user_traffic
     */
    public function keepUsers(array $rows): void
    {
        foreach ($rows as [$date, $user, $upload, $download, , $nodes, $records]) {
            $this->users[$date][$user] = [$upload, $download, $nodes, $records];
        }
    }

    /** As the database gives them back. */
    public function tables(): array
    {
        $found = ['users' => [], 'nodes' => [], 'hours' => []];
        ksort($this->users);
        foreach ($this->users as $date => $users) {
            ksort($users);
            foreach ($users as $user => [$upload, $download, $nodes, $records]) {
                $found['users'][] = [$date, $user, $upload, $download, $upload + $download, $nodes, $records];
            }
        }
        foreach ($this->nodes as $date => $nodes) {
            foreach ($nodes as $node => [$upload, $download, $users, $records]) {
                [$kind, $text] = explode(':', $node, 2);
                $found['nodes'][] = [$date, $kind === 'id' ? (int) $text : 0, $text, $upload, $download, $upload + $download, $users, $records];
            }
        }
        usort($found['nodes'], static fn (array $a, array $b): int => [$a[0], $a[1]] <=> [$b[0], $b[1]] ?: strcmp($a[2], $b[2]));
        ksort($this->hours);
        foreach ($this->hours as $hour => $sums) {
            $found['hours'][] = [$hour, ...$sums];
        }
        return $found;
    }

    private function day(string $date, Rows $day): void
    {
        $merged = $day->where(static fn (array $row): bool => $row['node'] === 'DAY');
        $ordinary = $day->where(static fn (array $row): bool => $row['node'] !== 'DAY');
        [, $mergedBefore, $bytesBefore] = $this->last[$date] ?? [null, 0, 0];
        $this->dayOfUsers($date, $day);
        $hasMerged = $merged->count() > $mergedBefore || $merged->total() > $bytesBefore;
        $this->dayOfNodes($date, $ordinary, $hasMerged, isset($this->last[$date]) ? $merged->total() - $bytesBefore : -1);
        $this->dayOfHours($date, $ordinary, $merged->count() > 0);
        $this->last[$date] = [$day, $merged->count(), $merged->total()];
    }

    private function dayOfUsers(string $date, Rows $day): void
    {
        $before = $this->users[$date] ?? [];
        $this->users[$date] = [];
        foreach ($day->by(static fn (array $row): int => $row['user_id']) as $user => $rows) {
            $isMerged = in_array('DAY', array_column($rows->rows, 'node'), true);
            $this->users[$date][$user] = [
                $rows->upload(),
                $rows->download(),
                max($this->nodeList->count($rows), $isMerged ? $before[$user][2] ?? 0 : 0),
                max($rows->count(), $isMerged ? $before[$user][3] ?? 0 : 0),
            ];
        }
    }

    private function dayOfNodes(string $date, Rows $ordinary, bool $hasMerged, int $merged): void
    {
        $now = [];
        foreach ($ordinary->by(fn (array $row): string => $this->nameOf($row['node'])) as $node => $rows) {
            $now[$node] = [$rows->upload(), $rows->download(), $rows->users(), $rows->count()];
        }
        $bases = $this->renamed($this->bases[$date] ?? []);
        $bytes = static fn (array $all): int => (int) array_sum(array_map(static fn (array $it): int => $it[0] + $it[1], $all));
        $unmerged = $bytes($this->nodes[$date] ?? []) - $bytes($bases);
        // Then all that had been seen was merged, and what is there came later.
        $left = $unmerged > 0 && $merged >= $unmerged ? [] : $now;
        foreach ($hasMerged ? $this->renamed($this->nodes[$date] ?? []) : [] as $node => $stored) {
            $base = $bases[$node] ?? [0, 0, 0, 0];
            $fall = static fn (int $at): int => max(0, $stored[$at] - $base[$at] - ($left[$node][$at] ?? 0));
            if ($fall(0) + $fall(1) + $fall(3) > 0) {
                $bases[$node] = [$base[0] + $fall(0), $base[1] + $fall(1), max($base[2], $stored[2]), $base[3] + $fall(3)];
            }
        }
        $this->bases[$date] = $bases;
        $this->nodes[$date] = [];
        foreach (array_keys($now + $bases) as $node) {
            [$sums, $base] = [$now[$node] ?? [0, 0, 0, 0], $bases[$node] ?? [0, 0, 0, 0]];
            $this->nodes[$date][$node] = [$sums[0] + $base[0], $sums[1] + $base[1], max($sums[2], $base[2]), $sums[3] + $base[3]];
        }
    }

    private function dayOfHours(string $date, Rows $ordinary, bool $isMerged): void
    {
        $now = $ordinary->by(fn (array $row): int => $this->calendar->hourStart($row['t']));
        foreach (array_keys($this->hours) as $hour) {
            if ($this->calendar->date($hour) === $date && !$isMerged && !isset($now[$hour])) {
                unset($this->hours[$hour]);
            }
        }
        foreach ($now as $hour => $rows) {
            if ($isMerged && ($this->hours[$hour][2] ?? 0) > $rows->total()) {
                continue;
            }
            $ofUsers = array_map(
                static fn (Rows $ofUser): int => $ofUser->total(),
                $rows->by(static fn (array $row): int => $row['user_id']),
            );
            $this->hours[$hour] = [$rows->users(), $this->nodeList->count($rows), $rows->total(), max($ofUsers)];
        }
    }

    /**
     * `id:` and the id, or `text:` and the text without the blanks at its end, which are nothing to the tables; digits
     * without them may be those of a node.
     */
    private function nameOf(string $text): string
    {
        $trimmed = rtrim($text, ' ');
        $meaning = $this->nodeList->meaning($text);
        if (str_starts_with($meaning, 'id:')) {
            return $meaning;
        }
        return ctype_digit($trimmed) ? $this->nodeList->meaning($trimmed) : "text:$trimmed";
    }

    /**
     * @param array<string, list<int>> $nodes upload, download, users, rows by what nodes were
     * @return array<string, list<int>> by what they are
     */
    private function renamed(array $nodes): array
    {
        $renamed = [];
        foreach ($nodes as $node => $sums) {
            $node = $this->nameOf(substr((string) strstr($node, ':'), 1));
            $to = $renamed[$node] ?? [0, 0, 0, 0];
            $renamed[$node] = [$to[0] + $sums[0], $to[1] + $sums[1], max($to[2], $sums[2]), $to[3] + $sums[3]];
        }
        return $renamed;
    }
}
