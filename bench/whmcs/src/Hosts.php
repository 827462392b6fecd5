<?php

declare(strict_types=1);

namespace TrafficEngine\Bench;

/** A host for each way of answering: what one way leaves behind in a worker must not count for another. */
final class Hosts
{
    public function __construct(
        public readonly Host $extension,
        public readonly Host $arrays,
        public readonly Host $pure,
        public readonly Host $original,
    ) {
    }

    public function stop(): void
    {
        foreach ([$this->extension, $this->arrays, $this->pure, $this->original] as $host) {
            $host->stop();
        }
    }
}
