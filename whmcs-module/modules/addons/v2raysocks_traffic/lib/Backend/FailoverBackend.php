<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use TrafficEngine\InvalidRequestException;
use V2RaySocksTraffic\BadRequest;
use V2RaySocksTraffic\Request;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Asks the extension; when it fails for whatever reason, the database answers in the same request and the
 * extension is left alone for a while, unless it refused this question alone. A question that makes no sense is no
 * failure and is not asked twice.
 */
final class FailoverBackend implements Backend
{
    /**
     * @param \Closure(): Backend $extension
     * @param \Closure(): Backend $fallback
     */
    public function __construct(
        private readonly \Closure $extension,
        private readonly \Closure $fallback,
        private readonly EngineHealth $health,
    ) {
    }

    public function rankUsers(Request $request): iterable
    {
        return $this->ask(static fn (Backend $backend): iterable => $backend->rankUsers($request));
    }

    public function rankUsersJson(Request $request): iterable
    {
        return $this->ask(static fn (Backend $backend): iterable => $backend->rankUsersJson($request));
    }

    public function rankNodes(Request $request): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->rankNodes($request));
    }

    public function aggregate(Request $request): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->aggregate($request));
    }

    public function userChart(Request $request): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->userChart($request));
    }

    public function nodeChart(Request $request): array
    {
        $node = (string) $request->nodeId;
        if (!ctype_digit($node) || strlen($node) > ExtensionBackend::ID_DIGITS_MAX) {
            // The extension charts listed ids alone.
            return ($this->fallback)()->nodeChart($request);
        }
        return $this->ask(static fn (Backend $backend): array => $backend->nodeChart($request));
    }

    public function live(): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->live());
    }

    public function today(): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->today());
    }

    public function total(): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->total());
    }

    public function peak(): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->peak());
    }

    public function nodes(): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->nodes());
    }

    public function nodeTable(): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->nodeTable());
    }

    public function userDetails(int $userId): ?array
    {
        return $this->ask(static fn (Backend $backend): ?array => $backend->userDetails($userId));
    }

    public function nodeDetails(int $nodeId): ?array
    {
        return $this->ask(static fn (Backend $backend): ?array => $backend->nodeDetails($nodeId));
    }

    public function usageRecords(Request $request): iterable
    {
        return $this->ask(static fn (Backend $backend): iterable => $backend->usageRecords($request));
    }

    public function traffic(Request $request): iterable
    {
        return $this->ask(static fn (Backend $backend): iterable => $backend->traffic($request));
    }

    public function groupedTraffic(Request $request): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->groupedTraffic($request));
    }

    public function dayTraffic(Request $request): array
    {
        return $this->ask(static fn (Backend $backend): array => $backend->dayTraffic($request));
    }

    /**
     * @template T
     * @param callable(Backend): T $question
     * @return T
     */
    private function ask(callable $question): mixed
    {
        if (!$this->health->mayTry()) {
            return $question(($this->fallback)());
        }
        try {
            $answer = $question(($this->extension)());
        } catch (InvalidRequestException $bad) {
            throw new BadRequest($bad->getMessage(), 0, $bad);
        } catch (BadRequest $bad) {
            throw $bad;
        } catch (\Throwable $failure) {
            EngineReason::of($failure)->isOfQuestion() ? $this->health->refused($failure) : $this->health->failed($failure);
            return $question(($this->fallback)());
        }
        $this->health->worked();
        return $answer;
    }
}
