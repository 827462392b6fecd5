<?php

declare(strict_types=1);

namespace V2RaySocksTraffic\Backend;

use V2RaySocksTraffic\Json;
use V2RaySocksTraffic\Request;
use V2RaySocksTraffic\Sql\Aggregation;
use V2RaySocksTraffic\Sql\Chart;
use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\Details;
use V2RaySocksTraffic\Sql\Live;
use V2RaySocksTraffic\Sql\NodeRanking;
use V2RaySocksTraffic\Sql\NodeSummaries;
use V2RaySocksTraffic\Sql\Rows;
use V2RaySocksTraffic\Sql\Totals;
use V2RaySocksTraffic\Sql\UserRanking;
use V2RaySocksTraffic\Time\Calendar;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Answers from the database alone, in pure PHP. */
final class SqlBackend implements Backend
{
    public function __construct(private readonly Connection $db)
    {
    }

    public function rankUsers(Request $request): iterable
    {
        return (new UserRanking($this->db, new Calendar()))->rank($request);
    }

    public function rankUsersJson(Request $request): iterable
    {
        return Json::list($this->rankUsers($request));
    }

    public function rankNodes(Request $request): array
    {
        return (new NodeRanking($this->db, new Calendar()))->rank($request);
    }

    public function aggregate(Request $request): array
    {
        return (new Aggregation($this->db, new Calendar()))->rows($request);
    }

    public function userChart(Request $request): array
    {
        return (new Chart($this->db, new Calendar()))->ofUser($request);
    }

    public function nodeChart(Request $request): array
    {
        return (new Chart($this->db, new Calendar()))->ofNode($request);
    }

    public function live(): array
    {
        return (new Live($this->db, new Calendar()))->stats();
    }

    public function today(): array
    {
        return (new Live($this->db, new Calendar()))->today();
    }

    public function total(): array
    {
        return (new Totals($this->db, new Calendar()))->sinceLaunch();
    }

    public function peak(): array
    {
        return (new Totals($this->db, new Calendar()))->peak();
    }

    public function nodes(): array
    {
        return (new NodeSummaries($this->db, new Calendar()))->rows();
    }

    public function nodeTable(): array
    {
        return $this->db->rows('SELECT * FROM node ORDER BY id');
    }

    public function userDetails(int $userId): ?array
    {
        return (new Details($this->db, new Calendar()))->ofUser($userId);
    }

    public function nodeDetails(int $nodeId): ?array
    {
        return (new Details($this->db, new Calendar()))->ofNode($nodeId);
    }

    public function usageRecords(Request $request): iterable
    {
        return (new Rows($this->db, new Calendar()))->usageRecords($request);
    }

    public function traffic(Request $request): iterable
    {
        return (new Rows($this->db, new Calendar()))->traffic($request);
    }

    public function groupedTraffic(Request $request): array
    {
        return (new Rows($this->db, new Calendar()))->groupedTraffic($request);
    }

    public function dayTraffic(Request $request): array
    {
        return (new Rows($this->db, new Calendar()))->dayTraffic($request);
    }
}
