<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Cache\Invalidation;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What WHMCS asks of an addon: its settings and its life. */
final class Addon
{
    public const VERSION = '2.0.0';

    private const UNITS = ['MB' => 'Megabytes (MB)', 'GB' => 'Gigabytes (GB)', 'TB' => 'Terabytes (TB)'];

    /** @return array<string, mixed> */
    public static function config(): array
    {
        $language = Language::get();
        return [
            'name' => $language->text('module_name'),
            'description' => $language->text('module_description'),
            'author' => 'helloblock.net',
            'language' => 'english',
            'version' => self::VERSION,
            'fields' => self::connectionFields($language) + self::displayFields($language) + self::engineFields($language),
        ];
    }

    /**
     * Initialises indexes and pre-aggregates where a server is chosen, as after an activation before; else says what to do.
     *
     * @return array{status: string, description: string}
     */
    public static function activate(): array
    {
        $key = match (true) {
            Module::get()->serverOrNull() === null => 'activated',
            \v2raysocks_traffic_initializeBigDataProcessing() => 'activated_initialized',
            default => 'activated_not_initialized',
        };
        return ['status' => 'success', 'description' => Language::get()->text($key)];
    }

    /** @return array{status: string, description: string} */
    public static function deactivate(): array
    {
        return ['status' => 'success', 'description' => Language::get()->text('deactivated')];
    }

    /**
     * Answers of another version may have another shape.
     *
     * @return array{status: string, description: string}
     */
    public static function upgrade(): array
    {
        (new Invalidation(Module::get()->cache()))->defaults();
        return ['status' => 'success', 'description' => Language::get()->text('upgraded')];
    }

    /** @return array<string, array<string, mixed>> */
    private static function connectionFields(Language $language): array
    {
        return [
            'language' => self::field($language, 'interface_language', 'language_description', 'dropdown', 'english', Language::NAMES),
            'v2raysocks_server' => self::field(
                $language,
                'v2raysocks_database_server',
                'server_description',
                'dropdown',
                options: \v2raysocks_traffic_serverOptions(),
            ),
            'redis_ip' => self::field($language, 'redis_ip', 'redis_ip_description', 'text', '127.0.0.1'),
            'redis_port' => self::field($language, 'redis_port', 'redis_port_description', 'text', '6379'),
            'redis_password' => self::field($language, 'redis_password', 'redis_password_description', 'password', ''),
        ];
    }

    /** @return array<string, array<string, mixed>> */
    private static function displayFields(Language $language): array
    {
        $seconds = static fn (int ...$values): array => array_combine(
            $values,
            array_map(static fn (int $value): string => "$value " . $language->text('seconds'), $values),
        );
        $units = ['auto' => $language->text('auto_best_fit')] + self::UNITS;
        return [
            'refresh_interval' => self::field(
                $language,
                'refresh_interval',
                'refresh_interval_description',
                'dropdown',
                '300',
                $seconds(60, 90, 120, 180, 300),
            ),
            'realtime_refresh_interval' => self::field(
                $language,
                'realtime_refresh_interval',
                'realtime_refresh_interval_description',
                'dropdown',
                '30',
                $seconds(30, 60, 90, 120, 150),
            ),
            'default_unit' => self::field($language, 'default_display_unit', 'default_unit_description', 'dropdown', 'auto', $units),
            'chart_unit' => self::field($language, 'chart_display_unit', 'chart_unit_description', 'dropdown', 'auto', $units),
        ];
    }

    /** @return array<string, array<string, mixed>> */
    private static function engineFields(Language $language): array
    {
        return [
            'engine_enabled' => self::field($language, 'engine_enabled', 'engine_enabled_description', 'yesno', 'on'),
            'data_dir' => self::field($language, 'data_dir', 'data_dir_description', 'text', ''),
            'engine_refresh_interval_ms' => self::field(
                $language,
                'engine_refresh_interval_ms',
                'engine_refresh_interval_ms_description',
                'text',
                '1000',
            ),
            'rollup_days' => self::field($language, 'rollup_days', 'rollup_days_description', 'text', '400'),
            'rollup_hourly_days' => self::field($language, 'rollup_hourly_days', 'rollup_hourly_days_description', 'text', '90'),
        ];
    }

    /**
     * @param array<int|string, string>|null $options
     * @return array<string, mixed>
     */
    private static function field(
        Language $language,
        string $name,
        string $description,
        string $type,
        ?string $default = null,
        ?array $options = null,
    ): array {
        return ['FriendlyName' => $language->text($name), 'Type' => $type]
            + ($options === null ? [] : ['Options' => $options])
            + ($default === null ? [] : ['Default' => $default])
            + ['Description' => $language->text($description)];
    }
}
