<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Time;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** What a word of the vocabulary means, apart from how it is spelt. */
enum Meaning
{
    case Today;
    case Yesterday;
    /** Today and days before it. */
    case Days;
    case CurrentMonth;
    /** So many seconds until now. */
    case Last;
    case All;
    case Custom;
    case TimeRange;
}
