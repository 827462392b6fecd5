<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Time;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Who reads a range, which decides where it ends. */
enum Reader
{
    /** Raw rows: no upper end, and each bound that is given narrows the range by itself. */
    case Traffic;
    /** Rankings, usage records and user charts: day ranges end with today. */
    case Ranking;
    /** Node charts: ranges of several days end now. */
    case NodeChart;
    /** Aggregations: every range that reaches today ends now. */
    case Aggregation;
}
