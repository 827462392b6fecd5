<?php

declare(strict_types=1);

/*
 * What WHMCS does around an addon that is switched on.
 */

use WHMCS\Database\Capsule;

const HARNESS_ADDON = 'v2raysocks_traffic';

function harness_addon_folder(): string
{
    return ROOTDIR . '/modules/addons/' . HARNESS_ADDON;
}

/** Loads the addon's hooks, which WHMCS does on every page, and its functions. */
function harness_load_addon(): void
{
    if (is_file(harness_addon_folder() . '/hooks.php')) {
        require_once harness_addon_folder() . '/hooks.php';
    }
    require_once harness_addon_folder() . '/' . HARNESS_ADDON . '.php';
}

/** The argument of the addon's functions: its settings, its version, its link and its texts. */
function harness_addon_vars(string $language = 'english'): array
{
    $vars = Capsule::table('tbladdonmodules')->where('module', HARNESS_ADDON)->pluck('value', 'setting')->all();
    return [
        'module' => HARNESS_ADDON,
        'modulelink' => 'addonmodules.php?module=' . HARNESS_ADDON,
        '_lang' => harness_addon_texts($language),
    ] + $vars;
}

/** The texts of lang/<language>.php, those of english.php where that file is missing. */
function harness_addon_texts(string $language): array
{
    foreach ([$language, 'english'] as $name) {
        $file = harness_addon_folder() . "/lang/$name.php";
        if (is_file($file)) {
            $_ADDONLANG = [];
            require $file;
            return $_ADDONLANG;
        }
    }
    return [];
}

/** Calls `_upgrade` once when the stored version is not the one on disk, then stores that. */
function harness_upgrade_addon(): void
{
    $version = (HARNESS_ADDON . '_config')()['version'];
    $vars = harness_addon_vars();
    if (!isset($vars['version']) || $vars['version'] === $version) {
        return;
    }
    if (function_exists(HARNESS_ADDON . '_upgrade')) {
        (HARNESS_ADDON . '_upgrade')($vars);
    }
    Capsule::table('tbladdonmodules')
        ->where('module', HARNESS_ADDON)->where('setting', 'version')->update(['value' => $version]);
}

/** How the addon's functions and classes are to be called: their parameters, by name. */
function harness_signatures(): array
{
    $shown = static function (ReflectionParameter $parameter): string {
        $name = ($parameter->isPassedByReference() ? '&' : '') . '$' . $parameter->getName();
        return $parameter->isOptional() ? $name . ' = ' . json_encode($parameter->getDefaultValue()) : $name;
    };
    $signature = static fn (ReflectionFunctionAbstract $function): string => implode(', ', array_map($shown, $function->getParameters()));
    $found = [];
    foreach (get_defined_functions()['user'] as $name) {
        $function = new ReflectionFunction($name);
        if (str_starts_with($function->getName(), HARNESS_ADDON . '_')) {
            $found[substr($function->getName(), strlen(HARNESS_ADDON) + 1)] = $signature($function);
        }
    }
    foreach (['V2RaySocksLargeDataProcessor', 'V2RaySocksTrafficAggregator', 'V2RaySocksCacheManager'] as $class) {
        foreach ((new ReflectionClass($class))->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
            $found["$class::{$method->getName()}"] = $signature($method);
        }
    }
    return $found;
}

/** Where an addon's page begins: the files that WHMCS's call of its output loads. */
function harness_load_templates(): void
{
    require_once harness_addon_folder() . '/templates/templates_functions.php';
}

/** Calls the addon's pre-aggregation. */
function harness_rollup(string $method, mixed ...$arguments): mixed
{
    return V2RaySocksTraffic\Maintenance\PreAggregation::ofModule(V2RaySocksTraffic\Module::get())->$method(...$arguments);
}

/** Brings so many days up to date and leaves the others, as a run that is out of time does. */
function harness_rollup_days(int $days): int
{
    return harness_rollup('updateAll', static fn (int $done): bool => $done < $days);
}

/** Ids of nodes by name, as a PHP without ICU has them. */
function harness_nodes_by_name(): array
{
    $db = V2RaySocksTraffic\Module::get()->connection();
    $ranking = new V2RaySocksTraffic\Sql\NodeRanking($db, new V2RaySocksTraffic\Time\Calendar());
    return $ranking->byNameInDatabase(V2RaySocksTraffic\Sql\NodeIndex::read($db));
}
