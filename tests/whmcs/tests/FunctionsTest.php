<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** Names, parameters and defaults of what other code may call, and the small functions of contract 4.8. */
final class FunctionsTest extends TestCase
{
    private const RANKINGS = '$sortBy = "traffic_desc", $timeRange = "today", $limit = 9223372036854775807, $startDate = null, $endDate = null, '
        . '$startTimestamp = null, $endTimestamp = null';
    private const EXPORT = '$filters, $format = "csv", $limit = null';
    /** Those of the original that still make sense; `debugInfo` and `debugPage` do not. */
    private const SIGNATURES = [
        'config' => '', 'activate' => '', 'deactivate' => '', 'output' => '$vars',
        'loadLanguage' => '', 'lang' => '$key', 'serverInfo' => '', 'createPDO' => '', 'serverOptions' => '', 'getModuleConfig' => '',
        'getDayTraffic' => '$filters = []', 'getTrafficData' => '$filters = []', 'getEnhancedTrafficData' => '$filters = []',
        'getTimeFilter' => '$timeRange', 'validateTrafficData' => '&$data', 'getTrafficByServiceId' => '$serviceId, $filters = []',
        'searchByServiceId' => '$serviceId, $filters = []', 'groupDataByTime' => '$data, $timeRange = "today"', 'getLiveStats' => '',
        'getTodayTrafficData' => '', 'getTotalTrafficSinceLaunch' => '', 'getHistoricalPeakTraffic' => '', 'getAllNode' => '', 'getAllNodes' => '',
        'getUserDetails' => '$userID', 'getNodeDetails' => '$nodeID',
        'getNodeTrafficRankings' => '$sortBy = "traffic_desc", $timeRange = "today", $startTimestamp = null, $endTimestamp = null',
        'getUserTrafficRankings' => self::RANKINGS, 'getUserTrafficRankingsOptimized' => self::RANKINGS,
        'getUserTrafficRankingsWithAutoOptimization' => self::RANKINGS,
        'getNodeTrafficChart' => '$nodeId, $timeRange = "today", $startTimestamp = null, $endTimestamp = null',
        'getUserTrafficChart' => '$userId, $timeRange = "today", $startDate = null, $endDate = null, $startTimestamp = null, $endTimestamp = null',
        'getUsageRecords' => '$nodeId = null, $userId = null, $timeRange = "today", $limit = 9223372036854775807, $startDate = null, $endDate = null, '
            . '$uuid = null, $startTimestamp = null, $endTimestamp = null',
        'formatBytesConfigurable' => '$bytes, $precision = 2, $unit = "auto", $system = "decimal"', 'getTimeRangeTimestamps' => '$range',
        'generateDefaultTimeLabels' => '$range, $points = 10', 'exportTrafficData' => self::EXPORT, 'exportNodeRankings' => self::EXPORT,
        'exportUserRankings' => self::EXPORT, 'exportUsageRecords' => self::EXPORT,
        'calculateTimeRange' => '$timeRange, $startDate = null, $endDate = null, $startTimestamp = null, $endTimestamp = null',
        'getRedisInstance' => '', 'redisOperate' => '$act, $data', 'setCacheWithTTL' => '$key, $value, $context = []',
        'getCacheWithFallback' => '$key, $defaultValue = null', 'getDefaultTTL' => '$key, $context = []',
        'clearCache' => '$cacheKeys = [], $clearPattern = null', 'clearRelatedCache' => '$dataType',
        'unifiedCacheClear' => '$dataType = null, $context = []', 'autoInvalidateCache' => '$triggerType, $affectedEntities = []', 'getCacheStats' => '',
        'createPerformanceIndexes' => '', 'createPreAggregationTables' => '', 'updatePreAggregationData' => '$date = null',
        'initializeBigDataProcessing' => '',
        'V2RaySocksLargeDataProcessor::__construct' => '$batchSize = 5000, $memoryLimitMB = 80',
        'V2RaySocksLargeDataProcessor::processUserRankingsBatch' => '$sortBy, $timeRange, $limit, $startTime, $endTime',
        'V2RaySocksTrafficAggregator::streamProcessTrafficData' => '$timeRange, $groupBy = "user", $metrics = ["traffic","nodes","records"]',
        'V2RaySocksCacheManager::get' => '$key, $options = []', 'V2RaySocksCacheManager::set' => '$key, $value, $options = []',
        'V2RaySocksCacheManager::invalidate' => '$pattern, $reason = "manual"',
        'V2RaySocksCacheManager::autoInvalidate' => '$trigger, $context = []', 'V2RaySocksCacheManager::getStats' => '',
    ];
    /** Loaded with a page only. */
    private const TEMPLATES = [
        'formatBytes' => '$bytes, $precision = 2', 'formatBytesWithUnit' => '$bytes, $unit, $precision = 2', 'formatSpeed' => '$bytesPerSecond',
        'timeAgo' => '$timestamp', 'getStatusBadge' => '$isOnline, $LANG', 'makeProgressBar' => '$current, $total, $type = "primary"',
        'displayTrafficDashboard' => '$LANG', 'displayRealTimeMonitor' => '$LANG', 'displayUserStats' => '$LANG, $formData',
        'displayNodeStats' => '$LANG, $formData', 'displayUserRankings' => '$LANG, $formData', 'displayServiceSearch' => '$LANG, $formData',
        'displayTodayTrafficChart' => '$LANG',
    ];

    public static function setUpBeforeClass(): void
    {
        Installation::of(World::all()['Shanghai'][0])->configure();
    }

    public function testFunctionsAreCalledAsBefore(): void
    {
        $found = self::ask(['class' => 'harness', 'function' => 'harness_signatures', 'arguments' => []])[0];
        foreach (self::SIGNATURES as $name => $parameters) {
            self::assertSame($parameters, $found[$name] ?? "there is no $name", $name);
        }
        self::assertArrayNotHasKey('debugInfo', $found);
    }

    public function testHelpersOfPagesAreCalledAsBefore(): void
    {
        $found = self::ask(self::templates(), ['class' => 'harness', 'function' => 'harness_signatures', 'arguments' => []])[1];
        foreach (self::TEMPLATES as $name => $parameters) {
            self::assertSame($parameters, $found[$name] ?? "there is no $name", $name);
        }
    }

    /** @dataProvider texts */
    #[DataProvider('texts')]
    public function testHelpersTellFiguresInWords(string $function, array $arguments, string $want): void
    {
        self::assertSame($want, self::ask(self::templates(), ['function' => $function, 'arguments' => $arguments])[1]);
    }

    public static function texts(): array
    {
        $now = World::all()['Shanghai'][0]->now;
        return [
            ['formatBytes', [0], '0.00 GB'],
            ['formatBytes', [5_000_000], '5.00 MB'],
            ['formatBytes', [10_000_000], '0.01 GB'],
            ['formatBytes', [1_500_000_000], '1.50 GB'],
            ['formatBytes', [1_000_000_000_000], '1.00 TB'],
            ['formatBytesWithUnit', [1_234_567_890, 'mb'], '1,234.57 MB'],
            ['formatBytesWithUnit', [1_500_000_000, 'nonsense'], '1.50 GB'],
            ['formatSpeed', [1_500_000_000], '1.50 GB/s'],
            ['timeAgo', [$now - 5], '5s ago'],
            ['timeAgo', [$now - 125], '2m ago'],
            ['timeAgo', [$now - 7_300], '2h ago'],
            ['timeAgo', [$now - 200_000], '2d ago'],
        ];
    }

    public function testBarsAreCappedAndTheirTextIsNot(): void
    {
        [, $half, $high, $over, $none] = self::ask(
            self::templates(),
            ['function' => 'makeProgressBar', 'arguments' => [50, 100]],
            ['function' => 'makeProgressBar', 'arguments' => [85, 100]],
            ['function' => 'makeProgressBar', 'arguments' => [150, 100]],
            ['function' => 'makeProgressBar', 'arguments' => [5, 0]],
        );
        self::assertMatchesRegularExpression('/width: ?50(\.0)?%/', $half);
        self::assertStringContainsString('warning', $high);
        self::assertStringContainsString('danger', $over);
        self::assertStringContainsString('150.0%', $over);
        self::assertMatchesRegularExpression('/width: ?100(\.0)?%/', $over);
        self::assertIsString($none);
    }

    public function testValuesAreNeverAltered(): void
    {
        $rows = [['u' => 2_000_000_000_000_000_000, 'd' => 1, 'total_upload' => 3e18]];
        self::assertSame($rows, self::ask(['function' => 'validateTrafficData', 'arguments' => [$rows]])[0]);
    }

    public function testAListIsNoFilterAndFindsNothing(): void
    {
        [$all, $byNode, $byUuid, $traffic] = self::ask(
            ['function' => 'getUsageRecords', 'arguments' => [null, null, 'month', 5]],
            ['function' => 'getUsageRecords', 'arguments' => [['1'], null, 'month', 5]],
            ['function' => 'getUsageRecords', 'arguments' => [null, null, 'month', 5, null, null, ['a']]],
            ['function' => 'getTrafficData', 'arguments' => [['time_range' => 'month', 'node_id' => ['1']]]],
        );
        self::assertCount(5, $all);
        self::assertSame([[], [], []], [$byNode, $byUuid, $traffic]);
    }

    public function testServersAreOffered(): void
    {
        self::assertSame([Installation::SERVER_ID => 'v2r_shanghai'], self::ask(['function' => 'serverOptions', 'arguments' => []])[0]);
        $info = self::ask(['function' => 'serverInfo', 'arguments' => []])[0];
        self::assertSame(Installation::SERVER_ID, $info->id);
    }

    private static function templates(): array
    {
        return ['class' => 'harness', 'function' => 'harness_load_templates', 'arguments' => []];
    }

    /** @return list<mixed> */
    private static function ask(array ...$calls): array
    {
        $answers = (new Php(Installation::of(World::all()['Shanghai'][0])))->ask($calls);
        foreach ($answers as $answer) {
            self::assertArrayNotHasKey('throws', $answer, $answer['throws'] ?? '');
            self::assertSame([], $answer['problems']);
        }
        return array_column($answers, 'result');
    }
}
