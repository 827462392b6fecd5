<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Pieces of pages. Every text is escaped here, so that callers cannot forget it. */
final class Html
{
    private const URL = 'addonmodules.php';

    /** A text for where markup or a quoted attribute stands. */
    public static function escape(mixed $text): string
    {
        return htmlspecialchars(
            is_scalar($text) ? (string) $text : '',
            ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5,
            'UTF-8',
        );
    }

    public static function lang(string $key): string
    {
        return self::escape(\v2raysocks_traffic_lang($key));
    }

    public static function heading(string $key): string
    {
        return '<h3>' . self::lang($key) . '</h3>';
    }

    /** @param array<string, mixed> $parameters */
    public static function url(string $action, array $parameters = []): string
    {
        $query = http_build_query(['module' => 'v2raysocks_traffic', 'action' => $action] + $parameters);
        return self::escape(self::URL . '?' . $query);
    }

    /** @param array<string, mixed> $parameters */
    public static function link(string $text, string $action, array $parameters = []): string
    {
        return '<a href="' . self::url($action, $parameters) . '">' . self::escape($text) . '</a>';
    }

    /**
     * @param list<string> $titles keys of texts
     * @param iterable<list<mixed>> $rows cells; a Markup is printed as it is
     */
    public static function table(array $titles, iterable $rows): string
    {
        $head = implode('', array_map(static fn (string $key): string => '<th>' . self::lang($key) . '</th>', $titles));
        $body = '';
        foreach ($rows as $cells) {
            $body .= '<tr>' . implode('', array_map(self::cell(...), $cells)) . "</tr>\n";
        }
        if ($body === '') {
            $body = '<tr><td colspan="' . count($titles) . '">' . self::lang('no_data') . '</td></tr>';
        }
        return '<div class="table-responsive"><table class="table table-striped table-condensed datatable">'
            . "<thead><tr>$head</tr></thead><tbody>\n$body</tbody></table></div>";
    }

    /** @param array<string, mixed> $figures values by key of the text that names them */
    public static function figures(array $figures): string
    {
        $rows = '';
        foreach ($figures as $key => $value) {
            $rows .= '<tr><th scope="row">' . self::lang($key) . '</th>' . self::cell($value) . "</tr>\n";
        }
        return "<table class=\"table table-condensed\" style=\"width:auto\"><tbody>\n$rows</tbody></table>";
    }

    public static function error(string $text): string
    {
        return '<div class="alert alert-danger errorbox">' . self::escape($text) . '</div>';
    }

    public static function success(string $text): string
    {
        return '<div class="alert alert-success successbox">' . self::escape($text) . '</div>';
    }

    public static function note(string $text): string
    {
        return '<p class="text-muted">' . self::escape($text) . '</p>';
    }

    /**
     * A form that changes nothing.
     *
     * @param list<string> $fields markup
     */
    public static function search(string $action, array $fields): string
    {
        return '<form method="get" action="' . self::URL . '" class="form-inline">'
            . self::hidden('module', 'v2raysocks_traffic') . self::hidden('action', $action)
            . implode(' ', $fields) . ' <button type="submit" class="btn btn-primary">' . self::lang('apply_filter')
            . '</button></form>';
    }

    /**
     * A button that changes something, with the token of WHMCS; one that takes something away needs a tick.
     *
     * @param array<string, string> $fields
     */
    public static function change(string $action, string $key, array $fields = [], bool $isConfirmed = false): string
    {
        $tick = $isConfirmed
            ? '<label><input type="checkbox" name="confirmed" value="1" required> ' . self::lang('confirm') . '</label> '
            : '';
        $token = function_exists('generate_token') ? (string) \generate_token('plain') : '';
        return '<form method="post" action="' . self::url($action) . '" style="display:inline">'
            . self::hidden('token', $token) . self::hidden('page', '1')
            . implode('', array_map(self::hidden(...), array_keys($fields), $fields))
            . $tick . '<button type="submit" class="btn btn-default">' . self::lang($key) . '</button></form> ';
    }

    public static function hidden(string $name, string $value): string
    {
        return '<input type="hidden" name="' . self::escape($name) . '" value="' . self::escape($value) . '">';
    }

    public static function input(string $name, string $key, ?string $value, string $type = 'text'): string
    {
        return '<label>' . self::lang($key) . ' <input class="form-control" type="' . self::escape($type) . '" name="'
            . self::escape($name) . '" value="' . self::escape($value) . '"></label>';
    }

    /** @param array<string, string> $options keys of texts by value */
    public static function select(string $name, string $key, array $options, ?string $value): string
    {
        $markup = '';
        foreach ($options as $option => $text) {
            $selected = (string) $option === $value ? ' selected' : '';
            $markup .= '<option value="' . self::escape($option) . "\"$selected>" . self::lang($text) . '</option>';
        }
        return '<label>' . self::lang($key) . ' <select class="form-control" name="' . self::escape($name) . "\">$markup</select></label>";
    }

    private static function cell(mixed $value): string
    {
        return '<td>' . ($value instanceof Markup ? $value->html : self::escape($value)) . '</td>';
    }
}
