<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;
use TrafficEngine\Whmcs\Tests\Model\Exports;
use TrafficEngine\Whmcs\Tests\Model\Model;

/** The files of contract 4.9. */
final class ExportsTest extends TestCase
{
    private const STAMP = '2025-08-20_15-04-05';
    /** What a spreadsheet takes for the beginning of a formula. */
    private const FORMULA = '/^[=+\-@\t\r]/';

    private static Model $model;
    private static Exports $exports;

    public static function setUpBeforeClass(): void
    {
        self::$model = new Model(World::all()['Shanghai'][0]);
        self::$exports = new Exports(self::$model);
        Installation::of(self::$model->world)->configure();
    }

    /** @dataProvider csvFiles */
    #[DataProvider('csvFiles')]
    public function testACsvFileHoldsWhatTheFunctionAnswers(array $query, string $name, callable $want): void
    {
        $response = self::export($query + ['format' => 'csv']);
        self::assertSame($name . '_' . self::STAMP . '.csv', $response->fileName());
        $lines = $response->csv();
        $rows = $want();
        self::assertSame(array_keys($rows[0]), $lines[0]);
        self::assertCount(count($rows) + 1, $lines);
        foreach ($rows as $at => $row) {
            foreach (array_values($row) as $column => $cell) {
                $got = $lines[$at + 1][$column];
                self::assertDoesNotMatchRegularExpression(self::FORMULA, $got, "formula in row $at");
                if ($cell !== null) {
                    $harmless = str_starts_with($got, "'") && preg_match(self::FORMULA, substr($got, 1)) === 1 ? substr($got, 1) : $got;
                    self::assertSame((string) $cell, $harmless, "row $at, column {$lines[0][$column]}");
                }
            }
        }
        $response->assertIsKeptPrivate();
    }

    public static function csvFiles(): array
    {
        $model = static fn (string $function, mixed ...$arguments): array => self::$model->answer($function, $arguments);
        $each = static fn (string $kind, callable $rows): callable => static function () use ($kind, $rows): array {
            $rows = $rows();
            return array_map(self::$exports->$kind(...), $rows, array_keys($rows));
        };
        $traffic = static fn (array $filters, ?int $limit = null): callable =>
            $each('trafficCsv', static fn (): array => array_slice($model('getTrafficData', $filters), 0, $limit));
        $week = ['start_date' => '2025-08-13', 'end_date' => '2025-08-15'];
        $records = static fn (mixed ...$arguments): callable => $each('recordCsv', static fn (): array => $model('getUsageRecords', ...$arguments));
        $users = static fn (mixed ...$arguments): callable => $each('userCsv', static fn (): array => $model('getUserTrafficRankings', ...$arguments));
        $nodes = static fn (mixed ...$arguments): callable => $each('nodeCsv', static fn (): array => $model('getNodeTrafficRankings', ...$arguments));
        [$from, $to] = [1_755_673_445 - 7_200, 1_755_673_445];
        $period = ['time_range' => 'time_range', 'export_start_timestamp' => (string) $from, 'export_end_timestamp' => (string) $to];
        return [
            'traffic of today' => [['time_range' => 'today'], 'traffic_export_today', $traffic(['time_range' => 'today'])],
            'traffic of a service' => [['service_id' => '508', 'time_range' => 'month'], 'traffic_export_service_508_month',
                $traffic(['service_id' => 508, 'time_range' => 'month'])],
            'traffic, some rows' => [['time_range' => 'week', 'export_type' => 'limited', 'limit_count' => '7'], 'traffic_export_week',
                $traffic(['time_range' => 'week'], 7)],
            'traffic, all rows' => [['time_range' => 'today', 'export_type' => 'limited', 'limit_count' => ''], 'traffic_export_today',
                $traffic(['time_range' => 'today'])],
            'traffic of days' => [['time_range' => 'custom', 'export_type' => 'date_range', 'export_start_date' => '2025-08-13',
                'export_end_date' => '2025-08-15'], 'traffic_export_custom', $traffic(['time_range' => 'custom'] + $week)],
            'users' => [['export_type' => 'user_rankings', 'time_range' => 'month'], 'user_rankings_month', $users('traffic_desc', 'month')],
            'users, all' => [['export_type' => 'user_rankings', 'time_range' => 'today', 'limit' => 'all', 'sort_by' => 'remaining_asc'],
                'user_rankings_today', $users('remaining_asc', 'today')],
            'some users' => [['export_type' => 'user_rankings', 'time_range' => 'today', 'limit_count' => '3'], 'user_rankings_today',
                $users('traffic_desc', 'today', 3)],
            'users of days' => [['export_type' => 'user_rankings', 'time_range' => 'custom'] + $week, 'user_rankings_custom',
                $users('traffic_desc', 'custom', PHP_INT_MAX, '2025-08-13', '2025-08-15')],
            'users of hours' => [['export_type' => 'user_rankings'] + $period, 'user_rankings_time_range',
                $users('traffic_desc', 'time_range', PHP_INT_MAX, null, null, $from, $to)],
            'nodes of a week' => [['export_type' => 'node_rankings', 'time_range' => 'week'], 'node_rankings_week', $nodes('traffic_desc', 'week')],
            'nodes of today' => [['export_type' => 'node_rankings', 'only_today' => 'true', 'time_range' => 'week'], 'node_rankings_today',
                $nodes('traffic_desc', 'today')],
            'nodes ever' => [['export_type' => 'node_rankings', 'only_today' => 'false'], 'node_rankings_all', $nodes('traffic_desc', 'all')],
            'nodes of hours' => [['export_type' => 'node_rankings', 'sort_by' => 'users_desc'] + $period, 'node_rankings_time_range',
                $nodes('users_desc', 'time_range', $from, $to)],
            'records of a node' => [['export_type' => 'usage_records', 'node_id' => '1'], 'usage_records_node_1_today', $records('1')],
            'records of a user' => [['export_type' => 'usage_records', 'user_id' => '12', 'time_range' => 'month'], 'usage_records_user_12_month',
                $records(null, 12, 'month')],
            'some records' => [['export_type' => 'usage_records', 'user_id' => '12', 'time_range' => 'month', 'limit_count' => '4'],
                'usage_records_user_12_month', $records(null, 12, 'month', 4)],
            'all records' => [['export_type' => 'usage_records', 'user_id' => '12', 'limit' => 'all'], 'usage_records_user_12_today', $records(null, 12)],
            'records of hours' => [['export_type' => 'usage_records', 'node_id' => '1'] + $period, 'usage_records_node_1_time_range',
                $records('1', null, 'time_range', PHP_INT_MAX, null, null, null, $from, $to)],
            'records by name' => [['export_type' => 'usage_records', 'node_search' => 'TOKYO'], 'usage_records_search_TOKYO_today',
                $each('recordCsv', static fn (): array => array_values(array_filter(
                    $model('getUsageRecords'),
                    static fn (array $row): bool => mb_stripos($row['node_name'] ?? $row['node'], 'tokyo') !== false
                )))],
        ];
    }

    public function testJsonFilesHoldWhatTheFunctionsAnswer(): void
    {
        $json = static function (array $query, string $name): array {
            $response = self::export($query + ['format' => 'JSON']);
            self::assertSame($name . '_' . self::STAMP . '.json', $response->fileName());
            return $response->json();
        };
        $traffic = $json(['time_range' => 'today', 'user_id' => '12'], 'traffic_export_today');
        $rows = self::$model->answer('getTrafficData', [['time_range' => 'today', 'user_id' => 12]]);
        self::assertSame(['timestamp', 'total_records', 'filters_applied', 'format'], array_keys($traffic['export_info']));
        self::assertSame(
            ['2025-08-20 15:04:05', count($rows), 'json'],
            [$traffic['export_info']['timestamp'], $traffic['export_info']['total_records'], $traffic['export_info']['format']]
        );
        self::assertNull(Difference::of(array_map(self::$exports->trafficJson(...), $rows), $traffic['data'], false));

        $users = $json(['export_type' => 'user_rankings', 'time_range' => 'week', 'limit' => '9'], 'user_rankings_week');
        $rows = self::$model->answer('getUserTrafficRankings', ['traffic_desc', 'week', 9]);
        self::assertSame(['timestamp', 'total_records', 'sort_by', 'time_range', 'limit', 'format'], array_keys($users['export_info']));
        self::assertNull(Difference::of(array_map(self::$exports->userJson(...), $rows), $users['data'], false));

        $nodes = $json(['export_type' => 'node_rankings', 'time_range' => 'week'], 'node_rankings_week');
        self::assertSame(['timestamp', 'total_records', 'sort_by', 'only_today', 'format'], array_keys($nodes['export_info']));
        self::assertSame(self::$exports->nodeJsonKeys(), array_keys($nodes['data'][0]));
        self::assertSame(array_column(self::$model->answer('getNodeTrafficRankings', ['traffic_desc', 'week']), 'id'), array_column($nodes['data'], 'id'));

        $records = $json(['export_type' => 'usage_records', 'node_search' => 'tokyo'], 'usage_records_search_tokyo_today');
        self::assertSame(['type', 'node_id', 'user_id', 'time_range', 'record_count', 'generated_at', 'timezone'], array_keys($records['export_info']));
        self::assertTrue(array_is_list($records['data']));
        self::assertSame(self::$exports->recordJsonKeys(), array_keys($records['data'][0]));
        self::assertSame(count($records['data']), $records['export_info']['record_count']);
    }

    public function testNothingToExportIsSaidInWords(): void
    {
        $response = self::export(['export_type' => 'usage_records', 'user_id' => '120', 'format' => 'csv']);
        self::assertSame('', $response->header('content-disposition'));
        self::assertSame(200, $response->status);
        self::assertNotSame('', trim($response->body));
    }

    public function testFormatsThatAreNotOfferedSayWhatToUse(): void
    {
        $response = self::export(['time_range' => 'today', 'format' => 'xml']);
        self::assertSame('', $response->header('content-disposition'));
        self::assertStringContainsStringIgnoringCase('csv', $response->body);
    }

    public function testWhatVersion1CalledExcelIsCsvThatSaysSo(): void
    {
        $csv = self::export(['time_range' => 'today', 'format' => 'csv']);
        foreach (['excel', 'Excel', 'xlsx'] as $format) {
            $response = self::export(['time_range' => 'today', 'format' => $format]);
            self::assertSame([200, $csv->body], [$response->status, $response->body], $format);
            self::assertStringEndsWith('.csv', $response->fileName());
            self::assertStringContainsString('CSV', $response->header('x-export-notice'));
        }
    }

    public function testEveryTextIsQuotedWhateverSeparatesCells(): void
    {
        $usage = Installation::of(self::$model->world)->usage();
        $name = ";=HYPERLINK(\"https://example.org\")";
        $before = $usage->query('SELECT name FROM node WHERE id = 1')->fetchColumn();
        $usage->prepare('UPDATE node SET name = ? WHERE id = 1')->execute([$name]);
        try {
            $body = self::export(['export_type' => 'node_rankings', 'format' => 'csv'])->body;
            self::assertStringContainsString(',"' . str_replace('"', '""', $name) . '",', $body);
        } finally {
            $usage->prepare('UPDATE node SET name = ? WHERE id = 1')->execute([$before]);
        }
    }

    /** @dataProvider hostileNames */
    #[DataProvider('hostileNames')]
    public function testAFileNameCannotBeChosenByAnAddress(array $query): void
    {
        $response = self::export($query + ['format' => 'csv']);
        if ($response->header('content-disposition') !== '') {
            self::assertMatchesRegularExpression('/^[A-Za-z0-9_.-]{1,150}$/', $response->fileName());
        }
        self::assertArrayNotHasKey('x-injected', $response->headers);
        if (str_starts_with($response->header('content-type'), 'text/html')) {
            self::assertStringNotContainsString('<script', $response->body);
        }
    }

    public static function hostileNames(): iterable
    {
        $kinds = [['time_range'], ['service_id'], ['time_range', 'export_type' => 'user_rankings'], ['time_range', 'export_type' => 'node_rankings'],
            ['node_id', 'export_type' => 'usage_records'], ['user_id', 'export_type' => 'usage_records'], ['uuid', 'export_type' => 'usage_records'],
            ['node_search', 'export_type' => 'usage_records']];
        foreach ($kinds as $kind) {
            foreach (['x"; filename="evil.exe', "a\r\nX-Injected: 1", '../../etc/passwd', '<script>alert(1)</script>'] as $hostile) {
                yield json_encode([$kind, $hostile]) => [[$kind[0] => $hostile] + array_diff_key($kind, [0 => 0])];
            }
        }
    }

    /** @dataProvider bigFiles */
    #[DataProvider('bigFiles')]
    public function testHalfAMillionRowsFitIntoLittleMemory(string $format, string $type, int $rows): void
    {
        $world = World::shanghai('many');
        $installation = Installation::of($world);
        $installation->configure();
        $usage = $installation->usage();
        if ((int) $usage->query('SELECT COUNT(*) FROM user_usage')->fetchColumn() < 500_000) {
            $usage->exec("INSERT INTO user_usage (user_id, t, u, d, node, count_rate) SELECT 3 * (1 + seq MOD 40), $world->now - seq MOD 50000,
                seq, seq * 7, IF(seq MOD 3, 'Tokyo', '=1+1'), 1 FROM seq_1_to_500000");
        }
        $site = new Site('builtin', $installation, new Php($installation, false, ['memory_limit' => '32M']));
        $lines = 0;
        $tail = '';
        $handle = $site->request('GET', ['action' => 'export_data', 'export_type' => $type, 'format' => $format, 'time_range' => 'all']);
        curl_setopt($handle, CURLOPT_WRITEFUNCTION, static function ($handle, string $part) use (&$lines, &$tail): int {
            $lines += substr_count($part, "\n");
            $tail = substr($tail . $part, -200);
            return strlen($part);
        });
        curl_setopt($handle, CURLOPT_TIMEOUT, 120);
        curl_exec($handle);
        $site->stop();
        self::assertSame('', $site->complaints());
        self::assertGreaterThanOrEqual($rows, $lines, $tail);
        if ($format === 'json') {
            self::assertStringEndsWith('}', rtrim($tail));
        }
    }

    public static function bigFiles(): array
    {
        return ['traffic as CSV' => ['csv', 'all', 500_000], 'records as JSON' => ['json', 'usage_records', 500_000]];
    }

    private static function export(array $query): Response
    {
        $response = Sites::get('builtin')->get(['action' => 'export_data'] + $query);
        self::assertSame('', Sites::get('builtin')->complaints(), json_encode($query));
        return $response;
    }
}
