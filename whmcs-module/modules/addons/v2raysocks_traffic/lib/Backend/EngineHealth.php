<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use V2RaySocksTraffic\Log;
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

    private const REASON_CHARS = 500;

    public function __construct(
        private readonly Settings $settings,
        /** What must not appear in a reason. */
        #[\SensitiveParameter]
        private readonly string $secret = '',
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
        $reason = $this->reason($failure);
        $this->settings->remember('engine_retry_at', (string) (time() + self::RETRY_AFTER_S));
        $this->settings->remember('engine_last_failure', $reason);
        $this->settings->remember('engine_last_failure_at', (string) time());
        if ($isNews) {
            $this->settings->remember('engine_failed_at', (string) time());
            Log::activity("the extension traffic_engine failed, the database answers instead: $reason");
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

    private function reason(\Throwable $failure): string
    {
        $text = $failure->getMessage() === '' ? $failure::class : $failure->getMessage();
        $text = $this->secret === '' ? $text : str_replace([$this->secret, rawurlencode($this->secret)], '***', $text);
        return mb_substr(mb_scrub($text), 0, self::REASON_CHARS);
    }
}
