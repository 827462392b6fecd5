<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\Guard;
use V2RaySocksTraffic\Module;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** The pages, as fragments that stand inside a page of WHMCS and need no scripts. */
final class Pages
{
    /** What the navigation shows: action and key of the text. */
    public const NAVIGATION = [
        '' => 'traffic_dashboard',
        'real_time' => 'real_time_monitor',
        'node_stats' => 'node_statistics',
        'user_rankings' => 'user_rankings',
        'service_search' => 'service_search',
        'engine_status' => 'engine_status',
    ];

    /**
     * The page of an action, null for an action without one.
     *
     * @param string $notice markup of what was just done
     */
    public static function render(string $action, string $notice = ''): ?string
    {
        $page = self::page($action === 'user_rankings_standalone' ? 'user_rankings' : $action);
        if ($page === null) {
            return null;
        }
        try {
            $sections = $page->sections();
        } catch (\Throwable $failure) {
            $sections = [static fn (): string => throw $failure];
        }
        return self::navigation($action) . $notice . implode("\n", array_map(self::section(...), $sections));
    }

    public static function navigation(string $active): string
    {
        $items = '';
        foreach (self::NAVIGATION as $action => $key) {
            $class = $action === $active ? ' class="active"' : '';
            $items .= "<li$class>" . Html::link(\v2raysocks_traffic_lang($key), $action) . '</li>';
        }
        return "<ul class=\"nav nav-tabs v2raysocks-traffic-navigation\">$items</ul>\n";
    }

    private static function page(string $action): ?Page
    {
        $reports = Module::get()->reports();
        return match ($action) {
            '' => new DashboardPage($reports),
            'real_time' => new RealTimePage($reports),
            'node_stats' => new NodePage($reports),
            'user_rankings' => new UserPage($reports),
            'service_search' => new SearchPage($reports),
            'engine_status' => new StatusPage(),
            default => null,
        };
    }

    /**
     * One section that fails does not take the others with it.
     *
     * @param callable(): string $section
     */
    private static function section(callable $section): string
    {
        try {
            return $section();
        } catch (\Throwable $failure) {
            Guard::logFailure('page', $failure);
            return Html::error(Guard::shown($failure));
        }
    }
}
