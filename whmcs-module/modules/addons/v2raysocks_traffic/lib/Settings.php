<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The addon's settings, read once a request, and rows of ours beside them that outlive a request. */
final class Settings
{
    public const MODULE = 'v2raysocks_traffic';

    /** What a setting is until it was saved once, as after an upgrade in place. */
    private const DEFAULTS = [
        'language' => 'english',
        'redis_ip' => '127.0.0.1',
        'redis_port' => '6379',
        'redis_wait_ms' => '5',
        'refresh_interval' => '300',
        'realtime_refresh_interval' => '30',
        'default_unit' => 'auto',
        'chart_unit' => 'auto',
        'engine_enabled' => 'on',
        'engine_refresh_interval_ms' => '1000',
        'rollup_days' => '400',
        'rollup_hourly_days' => '90',
    ];

    /** @var array<string, string>|null */
    private ?array $values = null;

    /** The value, its default where it was never saved, else an empty text. */
    public function get(string $name): string
    {
        return $this->all()[$name] ?? self::DEFAULTS[$name] ?? '';
    }

    /** The value, or its default where it is empty too. */
    public function filled(string $name): string
    {
        $value = $this->get($name);
        return $value === '' ? self::DEFAULTS[$name] ?? '' : $value;
    }

    public function isOn(string $name): bool
    {
        return in_array($this->get($name), ['on', '1', 'yes', 'true'], true);
    }

    /** Keeps a value for later requests. A failure to do so must not cost the answer. */
    public function remember(string $name, string $value): void
    {
        $known = array_key_exists($name, $this->all());
        if (($this->values[$name] ?? null) === $value) {
            return;
        }
        $this->values[$name] = $value;
        try {
            $rows = static fn (): mixed => Capsule::table('tbladdonmodules')->where('module', self::MODULE)->where('setting', $name);
            // Another request may have made the row since ours read them all.
            $known || $rows()->exists()
                ? $rows()->update(['value' => $value])
                : Capsule::table('tbladdonmodules')->insert(['module' => self::MODULE, 'setting' => $name, 'value' => $value]);
        } catch (\Throwable) {
            Log::activity("the setting $name could not be stored in tbladdonmodules");
        }
    }

    /** @return array<string, string> */
    private function all(): array
    {
        if ($this->values === null) {
            $this->values = [];
            try {
                $rows = Capsule::table('tbladdonmodules')->where('module', self::MODULE)->get(['setting', 'value']);
                foreach ($rows as $row) {
                    $this->values[(string) $row->setting] = (string) $row->value;
                }
            } catch (\Throwable) {
                Log::activity('the addon settings could not be read, defaults are used');
            }
        }
        return $this->values;
    }
}
