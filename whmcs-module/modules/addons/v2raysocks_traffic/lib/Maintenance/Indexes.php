<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use V2RaySocksTraffic\Backend\EngineOpener;
use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\Log;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Indexes that make questions faster: planned on sight, and changed only when an admin asks, as they are a database
 * of others. The extension keeps them where it works, else pure PHP; both plan alike.
 *
 * @phpstan-import-type Plan from IndexKeeper
 * @phpstan-import-type Judged from IndexKeeper
 * @phpstan-import-type Measured from IndexKeeper
 * @phpstan-type Remembered array{at: int, created: list<string>, measured: list<Measured>}
 */
final class Indexes
{
    /** Where the last report is kept, beside the addon's settings. */
    private const REPORT = 'index_report';
    /** Held by who makes indexes; servers share names among databases. */
    private const LOCK = "CONCAT('traffic_engine_indexes_', MD5(DATABASE()))";

    /** @var Plan|null until something changes, as it may take counting all rows */
    private ?array $plan = null;

    /** @var list<array{seconds: int, per_cent: int|null}>|null */
    private ?array $running = null;

    public function __construct(private readonly Module $module)
    {
    }

    /** @return Plan */
    public function plan(): array
    {
        return $this->plan ??= $this->ask(static fn (IndexKeeper $keeper): array => $keeper->plan());
    }

    /**
     * The plan to look at. While an index waits for a lock, whoever counts the rows of its table waits too.
     *
     * @return Plan
     */
    public function planAtRest(): array
    {
        if ($this->running() !== []) {
            throw new Unavailable('an index is being made; look again when it is done');
        }
        return $this->plan();
    }

    /** @return list<Judged> */
    public function status(): array
    {
        return $this->ask(static fn (IndexKeeper $keeper): array => $keeper->status());
    }

    /** @return list<string> names of the indexes that are missing and would help */
    public function missing(): array
    {
        return array_column($this->plan()['create'], 'name');
    }

    /** Makes what is missing and remembers what difference it made. What was made before a failure stays. */
    public function apply(): void
    {
        $this->begin();
        $got = $this->module->connection()->row('SELECT GET_LOCK(' . self::LOCK . ', 0) AS got')['got'] ?? 0;
        if ((int) $got !== 1) {
            throw new Unavailable('somebody else is making the indexes; look again when that is done');
        }
        try {
            $this->applyLocked();
        } finally {
            $this->module->connection()->rows('SELECT RELEASE_LOCK(' . self::LOCK . ')');
        }
    }

    private function applyLocked(): void
    {
        $report = $this->ask(static fn (IndexKeeper $keeper): array => $keeper->apply());
        $created = array_column($report['created'], 'name');
        if ($created !== []) {
            Log::activity('made the indexes ' . implode(', ', $created));
            $this->remember(['at' => time(), 'created' => $created, 'measured' => $report['measured']]);
        }
    }

    /** @param list<string> $names */
    public function drop(array $names): void
    {
        $this->begin();
        $dropped = array_column($this->ask(static fn (IndexKeeper $keeper): array => $keeper->drop($names)), 'name');
        Log::activity('dropped the indexes ' . implode(', ', $dropped));
        if (array_intersect($this->report()['created'] ?? [], $dropped) !== []) {
            $this->module->settings->remember(self::REPORT, '');
        }
    }

    /** Drops what was made last, as far as it is there. */
    public function undo(): void
    {
        $there = array_column($this->status(), 'name');
        $names = array_values(array_intersect($this->report()['created'] ?? [], $there));
        if ($names === []) {
            throw new BadRequest('nothing is left to undo');
        }
        $this->drop($names);
    }

    /** @return Remembered|null what was made last, and how long questions took before and after */
    public function report(): ?array
    {
        /** @var Remembered|null $report */
        $report = json_decode($this->module->settings->get(self::REPORT), true);
        return $report;
    }

    /** @return list<array{seconds: int, per_cent: int|null}> those that were being made when this was asked first */
    public function running(): array
    {
        return $this->running ??= (new IndexCatalogue($this->module->connection()))->running();
    }

    /** @param Remembered $report */
    private function remember(array $report): void
    {
        $this->module->settings->remember(self::REPORT, json_encode($report, JSON_THROW_ON_ERROR));
    }

    /**
     * @template T
     * @param callable(IndexKeeper): T $question
     * @return T
     */
    private function ask(callable $question): mixed
    {
        $health = $this->module->health();
        if ($this->module->usesExtension() && $health->mayTry()) {
            try {
                $engine = EngineOpener::open($this->module->server(), $this->module->settings);
                $answer = $question(new EngineIndexes($engine));
                $health->worked();
                return $answer;
            } catch (BadRequest | Unavailable $refusal) {
                // The database said no, so it would again.
                throw $refusal;
            } catch (\Throwable $failure) {
                $health->failed($failure);
            }
        }
        return $question(new SqlIndexes($this->module->connection()));
    }

    /** Who asks for it may go; what is begun is brought to its end. */
    private function begin(): void
    {
        $this->plan = $this->running = null;
        ignore_user_abort(true);
        set_time_limit(0);
    }
}
