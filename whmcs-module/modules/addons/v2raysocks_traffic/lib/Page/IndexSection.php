<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\Maintenance\IndexKeeper;
use V2RaySocksTraffic\Maintenance\Indexes;
use V2RaySocksTraffic\Module;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Which indexes are missing, which may go, and what difference they made; looking changes nothing.
 *
 * @phpstan-import-type Step from IndexKeeper
 * @phpstan-import-type Droppable from IndexKeeper
 * @phpstan-import-type Judged from IndexKeeper
 */
final class IndexSection
{
    /** Keys of texts by question. */
    private const QUESTIONS = [
        "today's top 100 users" => 'index_question_today',
        "the month's top 100 users" => 'index_question_month',
        "the month's nodes" => 'index_question_nodes',
        'the live figures' => 'index_question_live',
        "one user's month" => 'index_question_user',
        "one service's month" => 'index_question_service',
        "one UUID's month" => 'index_question_uuid',
    ];

    public function html(): string
    {
        $indexes = Module::get()->indexes();
        $running = $indexes->running();
        if ($running !== []) {
            return Html::heading('indexes') . implode('', array_map(self::running(...), $running));
        }
        $plan = $indexes->plan();
        return Html::heading('indexes') . self::missing($plan['create'])
            . self::present($indexes->status(), array_column($plan['droppable'], null, 'name')) . self::report($indexes);
    }

    /** @param array{seconds: int, per_cent: int|null} $index */
    private static function running(array $index): string
    {
        $progress = $index['per_cent'] === null ? '' : ", $index[per_cent] %";
        return Html::note(\v2raysocks_traffic_lang('index_running') . " ($index[seconds] s$progress)");
    }

    /** @param list<Step> $steps */
    private static function missing(array $steps): string
    {
        if ($steps === []) {
            return Html::note(\v2raysocks_traffic_lang('index_none_missing'));
        }
        $rows = array_map(static fn (array $step): array => [
            $step['name'],
            self::on($step['table'], $step['columns']),
            self::why($step['name'], $step['why']),
            Text::bytes($step['estimated_bytes']),
            "$step[estimated_seconds] s",
            self::code($step['sql']),
        ], $steps);
        $titles = ['missing_indexes', 'index_on', 'index_why', 'index_size', 'index_time', 'index_sql'];
        return Html::note(\v2raysocks_traffic_lang('index_note')) . Html::table($titles, $rows)
            . '<p>' . Html::change('create_indexes', 'create_indexes') . '</p>' . Html::note(\v2raysocks_traffic_lang('index_wait'));
    }

    /**
     * @param list<Judged> $present
     * @param array<string, Droppable> $droppable by name
     */
    private static function present(array $present, array $droppable): string
    {
        if ($present === []) {
            return '';
        }
        $rows = array_map(static fn (array $index): array => [
            $index['name'],
            self::on($index['table'], $index['columns']),
            \v2raysocks_traffic_lang("index_$index[verdict]"),
            isset($droppable[$index['name']]) ? self::why($index['name'], $droppable[$index['name']]['why']) : '',
            isset($droppable[$index['name']]) ? self::code($droppable[$index['name']]['sql']) : '',
            new Markup($index['verdict'] === 'of_others' ? '' : Html::change('drop_index', 'drop_index', ['name' => $index['name']], true)),
        ], $present);
        return Html::table(['indexes', 'index_on', 'index_verdict', 'index_why', 'index_sql', 'drop_index'], $rows);
    }

    private static function report(Indexes $indexes): string
    {
        $report = $indexes->report();
        if ($report === null) {
            return '';
        }
        $rows = array_map(static fn (array $measured): array => [
            \v2raysocks_traffic_lang(self::QUESTIONS[$measured['question']] ?? $measured['question']),
            number_format($measured['before_ms'], 1) . ' ms',
            number_format($measured['after_ms'], 1) . ' ms',
        ], $report['measured']);
        $made = \v2raysocks_traffic_lang('index_made') . ' ' . implode(', ', $report['created']) . ' — ' . Text::time($report['at']);
        return Html::note($made) . Html::table(['index_question', 'index_before', 'index_after'], $rows)
            . '<p>' . Html::change('undo_indexes', 'undo_indexes', [], true) . '</p>';
    }

    /** @param list<string> $columns */
    private static function on(string $table, array $columns): string
    {
        return "$table (" . implode(', ', $columns) . ')';
    }

    /** The reason in the language of the settings; a name that was taken has an ending of ours. */
    private static function why(string $name, string $why): string
    {
        $key = 'index_why_' . preg_replace('/(_te)+\z/', '', strtolower($name));
        $text = \v2raysocks_traffic_lang($key);
        return $text === $key ? $why : $text;
    }

    private static function code(string $sql): Markup
    {
        return new Markup('<code>' . Html::escape($sql) . '</code>');
    }
}
