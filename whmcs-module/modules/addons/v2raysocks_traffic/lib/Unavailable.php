<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** An answer that cannot be given now. Its message tells the admin what to do and holds no secrets. */
final class Unavailable extends \RuntimeException
{
    /** Codes of rights that a user lacks. */
    private const RIGHTS = [1044, 1142, 1143, 1227];

    /** Rows are at fault, which those of other days do not share. */
    public bool $isOfRows = false;
    /** Status of HTTP under which actions say so; most tell it in the answer alone, as they always have. */
    public int $httpStatus = 200;

    public static function ofRows(string $message): self
    {
        $failure = new self($message);
        $failure->isOfRows = true;
        return $failure;
    }

    /** An answer that is too large for what the temporary files may take. */
    public static function noTemporaryRoom(): self
    {
        $failure = new self('there is no room for temporary files; make room in the folder that sys_temp_dir of PHP names '
            . '(often /tmp), or ask for fewer rows');
        $failure->httpStatus = 503;
        return $failure;
    }

    /** A failure of the database, in words that name neither hosts nor users nor SQL. */
    public static function database(\Throwable $cause): self
    {
        if ($cause instanceof self) {
            return $cause;
        }
        $code = self::codeOf($cause);
        return new self(self::explain($code), $code, $cause);
    }

    /** A change that the database refuses to the extension, in the same words; null where that is not what failed. */
    public static function byCode(string $code, \Throwable $cause): ?self
    {
        $number = ['table_locked' => 1205, 'not_permitted' => 1142, 'needs_offline' => 1846, 'no_space' => 1021][$code] ?? null;
        return $number === null ? null : new self(self::explain($number), $number, $cause);
    }

    /** The database user lacks a right. */
    public function isOfRights(): bool
    {
        return in_array($this->getCode(), self::RIGHTS, true);
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
            1820, 1862 => 'the password of the V2RaySocks database has expired; set a new one and enter it in WHMCS',
            3159, 4094 => 'the V2RaySocks database wants encrypted connections; let this user connect without',
            1040, 1203, 1226 => 'the V2RaySocks database has no room for another connection; '
                . 'close some, or raise max_connections or what the user may have',
            1053, 1152, 1317, 1927, 3032 => 'the V2RaySocks database ended the connection; try again',
            1049 => 'the V2RaySocks database does not exist; the name of the selected server must be the database name',
            2002, 2003, 2005, 2006, 2013 => 'the V2RaySocks database cannot be reached; '
                . 'check the address of the selected server and whether the database runs',
            1146 => 'a table of V2RaySocks is missing; check that the selected server names its database',
            1054 => 'a column of V2RaySocks is missing; its version may not be supported',
            1142, 1143, 1227 => 'the database user may not do this, or the database takes no changes; '
                . 'grant it the right (INDEX for indexes) and try again',
            1036, 1290, 1792, 1836 => 'the database takes no changes; name the one that does, or end its read-only mode',
            1205, 1213, 1969, 3024 => 'somebody has been holding a lock on a table for too long; try again when it is quiet',
            1845, 1846 => 'the database would have to keep others waiting for this, which was not done; '
                . 'let its administrator do it in a quiet hour',
            3, 20, 1021, 1026, 1030, 1114, 1878 => 'the database has no space left; make room and try again',
            default => "the V2RaySocks database failed (error $code); its own log says more",
        };
    }
}
