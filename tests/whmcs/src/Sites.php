<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

/** The sites that tests share: starting one takes longer than asking it. */
final class Sites
{
    /** @var array<string, Site> */
    private static array $sites = [];

    /**
     * A site of the world of an ordinary afternoon.
     *
     * @param 'fpm'|'builtin' $kind
     */
    public static function get(string $kind, bool $withExtension = false): Site
    {
        $installation = Installation::of(World::all()['Shanghai'][0]);
        return self::$sites["$kind $withExtension"] ??= new Site($kind, $installation, new Php($installation, $withExtension));
    }

    /** @return array<string, array{'fpm'|'builtin', bool}> the kinds that can be had here */
    public static function kinds(): array
    {
        $kinds = ['php -S' => ['builtin', false], 'php-fpm' => ['fpm', false]];
        if (Php::hasExtension()) {
            $kinds += ['php -S with extension' => ['builtin', true], 'php-fpm with extension' => ['fpm', true]];
        }
        return $kinds;
    }
}
