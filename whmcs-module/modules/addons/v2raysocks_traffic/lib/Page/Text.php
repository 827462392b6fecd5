<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Page;

use V2RaySocksTraffic\ByteFormat;
use V2RaySocksTraffic\Module;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Figures as pages show them. */
final class Text
{
    /** Bytes in the unit of the settings. */
    public static function bytes(mixed $bytes): string
    {
        return ByteFormat::of((float) $bytes, 2, Module::get()->settings->filled('default_unit'));
    }

    public static function time(int $t): string
    {
        return $t === 0 ? \v2raysocks_traffic_lang('never') : (new Calendar())->format($t);
    }

    public static function percent(float $value): string
    {
        return number_format($value, 1) . ' %';
    }

    public static function state(bool $isOn, string $on, string $off): string
    {
        return \v2raysocks_traffic_lang($isOn ? $on : $off);
    }
}
