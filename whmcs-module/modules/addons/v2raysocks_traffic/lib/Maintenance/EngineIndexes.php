<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Maintenance;

use TrafficEngine\Engine;
use TrafficEngine\Exception;
use TrafficEngine\InvalidRequestException;
use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\Unavailable;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Indexes as the extension keeps them.
 *
 * @phpstan-import-type Plan from IndexKeeper
 * @phpstan-import-type Judged from IndexKeeper
 * @phpstan-import-type Report from IndexKeeper
 * @phpstan-import-type Index from IndexKeeper
 */
final class EngineIndexes implements IndexKeeper
{
    public function __construct(private readonly Engine $engine)
    {
    }

    public function plan(): array
    {
        /** @var Plan $plan */
        $plan = self::ask(fn (): array => $this->engine->schemaPlan());
        return $plan;
    }

    public function status(): array
    {
        /** @var list<Judged> $status */
        $status = self::ask(fn (): array => $this->engine->schemaStatus());
        return $status;
    }

    public function apply(): array
    {
        /** @var Report $report */
        $report = self::ask(fn (): array => $this->engine->schemaApply());
        return $report;
    }

    public function drop(array $names): array
    {
        /** @var list<Index> $dropped */
        $dropped = self::ask(fn (): array => $this->engine->schemaDrop(['names' => $names]));
        return $dropped;
    }

    /**
     * What the database refuses to the extension it refuses to everybody, so it is said at once.
     *
     * @param \Closure(): array<mixed> $question
     * @return array<mixed>
     */
    private static function ask(\Closure $question): array
    {
        try {
            return $question();
        } catch (InvalidRequestException $bad) {
            throw new BadRequest($bad->getMessage(), 0, $bad);
        } catch (Exception $failure) {
            throw Unavailable::byCode($failure->getErrorCode(), $failure) ?? $failure;
        }
    }
}
