<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\Http\Status;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Who answers, how the snapshot, the cache and the database are, and what an admin may have done about it. */
final class StatusPage implements Page
{
    public function sections(): array
    {
        return [
            fn (): string => Html::heading('engine_status') . $this->figures(Status::engine()),
            (new IndexSection())->html(...),
            $this->changes(...),
        ];
    }

    /** @param array<string, mixed> $status */
    private function figures(array $status): string
    {
        $fallback = $status['last_fallback'] === null
            ? \v2raysocks_traffic_lang('never')
            : Text::time((int) $status['last_fallback_at']) . ' — ' . $status['last_fallback'];
        return Html::figures([
            'answered_by' => \v2raysocks_traffic_lang("by_$status[backend]"),
            'module_version' => $status['module_version'],
            'php_version' => $status['php_version'],
            'extension_loaded' => Text::state($status['extension_loaded'], 'yes', 'no'),
            'extension_version' => $status['extension_version'] ?? '–',
            'engine_enabled' => Text::state($status['engine_enabled'], 'yes', 'no'),
            'data_directory' => $status['data_directory'] === '' ? '–' : $status['data_directory'],
            ...array_filter([
                'data_directory_problem' => $status['data_directory_problem'],
                'cron_problem' => $status['cron_problem'],
            ]),
            ...self::snapshot($status['snapshot'], $status['backend'] === 'extension'),
            'cache_state' => Text::state($status['cache_available'], 'online', 'offline'),
            'cache_hit_ratio' => Text::percent((float) $status['cache_hit_ratio']),
            'missing_indexes' => self::names($status['missing_indexes']),
            'missing_tables' => self::names($status['missing_tables']),
            'pre_aggregates' => self::preAggregates($status['pre_aggregates']),
            ...array_filter(['optimization' => self::optimization($status['optimization'])]),
            'last_fallback' => $fallback,
            'time_zone' => $status['time_zone'],
        ]);
    }

    /** @return array<string, mixed> */
    private static function snapshot(mixed $snapshot, bool $byExtension): array
    {
        if (!is_array($snapshot)) {
            return ['snapshot' => $snapshot ?? ($byExtension ? \v2raysocks_traffic_lang('snapshot_none') : '–')];
        }
        $figures = [];
        foreach ($snapshot as $name => $value) {
            $figures["snapshot_$name"] = match (true) {
                $name === 'bytes', $name === 'unattributed' => Text::bytes($value),
                $name === 'detail_since' => $value === null ? \v2raysocks_traffic_lang('all_known') : Text::time($value),
                default => $value,
            };
        }
        return $figures;
    }

    /** Days and their zone and when they were last compared with the rows, or why there are none. */
    private static function preAggregates(mixed $sums): string
    {
        if (!is_array($sums)) {
            return (string) $sums;
        }
        if (!$sums['ready']) {
            return $sums['missing'] === [] ? \v2raysocks_traffic_lang('pre_aggregates_older') : '–';
        }
        return strtr(\v2raysocks_traffic_lang('pre_aggregates_days'), [
            '{days}' => (string) $sums['days'],
            '{first}' => (string) ($sums['first_day'] ?? '–'),
            '{last}' => (string) ($sums['last_day'] ?? '–'),
            '{zone}' => $sums['zone'],
            '{stale}' => (string) $sums['stale_days'],
            '{checked}' => (int) $sums['checked_at'] === 0 ? '–' : Text::time((int) $sums['checked_at']),
        ]);
    }

    /** @param array{large: bool, reason: string}|null $decision */
    private static function optimization(?array $decision): ?string
    {
        return $decision === null
            ? null
            : Text::state($decision['large'], 'optimization_large', 'optimization_small') . ' — ' . $decision['reason'];
    }

    /** Names, or why they are not known. */
    private static function names(mixed $names): string
    {
        if (!is_array($names)) {
            return (string) $names;
        }
        return $names === [] ? \v2raysocks_traffic_lang('none_missing') : implode(', ', $names);
    }

    private function changes(): string
    {
        return '<p>' . Html::change('engine_retry', 'engine_retry') . Html::change('clear_cache', 'clear_cache') . '</p>'
            . Html::note(\v2raysocks_traffic_lang('changes_database'))
            . '<p>' . Html::change('create_pre_aggregation', 'create_pre_aggregation')
            . Html::change('update_pre_aggregation', 'update_pre_aggregation') . '</p>';
    }
}
