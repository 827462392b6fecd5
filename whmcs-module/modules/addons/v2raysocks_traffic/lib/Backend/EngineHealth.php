<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use V2RaySocksTraffic\Language;
use V2RaySocksTraffic\Log;
use V2RaySocksTraffic\Server;
use V2RaySocksTraffic\Settings;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Remembers across requests whether the extension works, in rows of ours beside the addon's settings.
 * Only changes of state are logged.
 */
final class EngineHealth
{
    public const RETRY_AFTER_S = 60;

    /** Refusals of single questions are noted so often at most. */
    private const NOTED_AFTER_S = 60;

    public function __construct(
        private readonly Settings $settings,
        /** Whose names and password must not appear in a reason. */
        private readonly ?Server $server = null,
    ) {
    }

    public function mayTry(): bool
    {
        return (int) $this->settings->get('engine_retry_at') <= time();
    }

    public function isFailed(): bool
    {
        return $this->settings->get('engine_failed_at') !== '';
    }

    public function failed(\Throwable $failure): void
    {
        $isNews = !$this->isFailed();
        $reason = EngineReason::of($failure);
        $text = $reason->text(Language::get(), $this->server);
        $this->settings->remember('engine_retry_at', (string) (time() + self::RETRY_AFTER_S));
        $this->note($text);
        if ($isNews) {
            $this->settings->remember('engine_failed_at', (string) time());
            Log::activity($reason->isOfDatabase()
                ? "the extension traffic_engine has no use of the database, plain PHP asks it: $text"
                : "the extension traffic_engine failed, the database answers instead: $text");
        }
    }

    /** One question was refused; others are asked of the extension as before. */
    public function refused(\Throwable $failure): void
    {
        if ((int) $this->settings->get('engine_last_failure_at') < time() - self::NOTED_AFTER_S) {
            $this->note(EngineReason::of($failure)->text(Language::get(), $this->server));
        }
    }

    public function worked(): void
    {
        if ($this->isFailed()) {
            $this->settings->remember('engine_failed_at', '');
            $this->settings->remember('engine_retry_at', '');
            Log::activity('the extension traffic_engine works again');
        }
    }

    /** @return array{reason: string, at: int}|null why the database answered last time, and when */
    public function lastFailure(): ?array
    {
        $at = (int) $this->settings->get('engine_last_failure_at');
        return $at === 0 ? null : ['reason' => $this->settings->get('engine_last_failure'), 'at' => $at];
    }

    private function note(string $text): void
    {
        $this->settings->remember('engine_last_failure', $text);
        $this->settings->remember('engine_last_failure_at', (string) time());
    }
}
