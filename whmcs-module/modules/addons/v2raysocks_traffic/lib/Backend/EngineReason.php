<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use V2RaySocksTraffic\Language;
use V2RaySocksTraffic\Server;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Why the extension gave no answer: by its stable code, in the language of the settings and without secrets. */
final class EngineReason
{
    /** The question is refused, others are answered. */
    private const OF_QUESTION = ['memory_limit', 'busy', 'deadline', 'interrupted', 'table_locked', 'before_snapshot', 'no_snapshot', 'snapshot_busy',
        'bad_value', 'bad_plan', 'unknown_question'];

    /** The database is to blame, which plain PHP asks as well. */
    private const OF_DATABASE = ['unreachable', 'cannot_open', 'access_denied', 'missing_table', 'missing_column', 'database_failed', 'not_permitted'];

    /** The extension's own message tells which file and what the system said. */
    private const WITH_DETAIL = ['snapshot_file', 'snapshot_damaged', 'snapshot_too_large', 'no_space', 'bad_config', 'internal', 'foreign_owner'];

    private const DETAIL_CHARS = 300;

    private function __construct(private readonly string $code, private readonly string $message)
    {
    }

    public static function of(\Throwable $failure): self
    {
        $code = method_exists($failure, 'getErrorCode') ? (string) $failure->getErrorCode() : 'internal';
        return new self($code, $failure->getMessage() === '' ? $failure::class : $failure->getMessage());
    }

    public static function isOfEngine(\Throwable $failure): bool
    {
        return $failure instanceof \TrafficEngine\Exception;
    }

    public function isOfQuestion(): bool
    {
        return in_array($this->code, self::OF_QUESTION, true);
    }

    public function isOfDatabase(): bool
    {
        return in_array($this->code, self::OF_DATABASE, true);
    }

    /** @param Server|null $server whose names and password must not appear */
    public function text(Language $language, ?Server $server): string
    {
        $key = "engine_error_$this->code";
        $text = $language->text($key);
        if ($text === $key) {
            $text = strtr($language->text('engine_error_other'), ['{code}' => preg_replace('/[^a-z_]/', '', $this->code)]);
        }
        return in_array($this->code, self::WITH_DETAIL, true) ? $text . ' (' . $this->detail($server) . ')' : $text;
    }

    private function detail(?Server $server): string
    {
        $detail = (string) preg_replace('#[a-z]+:\\\\?/\\\\?/[^\s"\']+#i', '…', mb_scrub($this->message));
        if ($server !== null) {
            $detail = str_replace(array_filter([$server->password, rawurlencode($server->password)]), '…', $detail);
            foreach ([$server->host, $server->user, $server->database] as $name) {
                $detail = (string) preg_replace('/(?<![A-Za-z0-9_])' . preg_quote($name, '/') . '(?![A-Za-z0-9_])/u', '…', $detail);
            }
        }
        return mb_strimwidth($detail, 0, self::DETAIL_CHARS, '…');
    }
}
