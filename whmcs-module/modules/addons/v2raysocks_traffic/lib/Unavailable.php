<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** An answer that cannot be given now. Its message tells the admin what to do and holds no secrets. */
final class Unavailable extends \RuntimeException
{
    /** A failure of the database, in words that name neither hosts nor users nor SQL. */
    public static function database(\Throwable $cause): self
    {
        if ($cause instanceof self) {
            return $cause;
        }
        return new self(self::explain(self::codeOf($cause)), 0, $cause);
    }

    private static function codeOf(\Throwable $cause): int
    {
        $code = $cause instanceof \PDOException ? ($cause->errorInfo[1] ?? $cause->getCode()) : 0;
        return is_numeric($code) ? (int) $code : 0;
    }

    private static function explain(int $code): string
    {
        return match ($code) {
            1044, 1045, 1698 => 'the V2RaySocks database refuses the login; '
                . 'correct user name and password of the selected server in WHMCS',
            1049 => 'the V2RaySocks database does not exist; the name of the selected server must be the database name',
            2002, 2003, 2005, 2006, 2013 => 'the V2RaySocks database cannot be reached; '
                . 'check the address of the selected server and whether the database runs',
            1146 => 'a table of V2RaySocks is missing; check that the selected server names its database',
            1054 => 'a column of V2RaySocks is missing; its version may not be supported',
            1142, 1143, 1227 => 'the database user may not do this; grant it the right and try again',
            default => "the V2RaySocks database failed (error $code); its own log says more",
        };
    }
}
