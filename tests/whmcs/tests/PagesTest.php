<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use DOMDocument;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** The pages of contract 3.1: fragments that show what they should, whatever the database holds. */
final class PagesTest extends TestCase
{
    private const PAGES = ['', 'real_time', 'node_stats', 'user_rankings', 'service_search', 'user_rankings_standalone', 'engine_status'];

    public static function setUpBeforeClass(): void
    {
        Installation::of(World::all()['Shanghai'][0])->configure();
    }

    /** @dataProvider pages */
    #[DataProvider('pages')]
    public function testAPageIsAFragmentInsideTheAdminArea(string $kind, array $query): void
    {
        $response = Sites::get($kind)->get($query);
        self::assertSame(200, $response->status, $response->body);
        self::assertStringStartsWith('text/html', $response->header('content-type'));
        self::assertSame(1, substr_count(strtolower($response->body), '<html'), 'a document inside a document');
        self::assertSame(1, substr_count(strtolower($response->body), '<body'));
        self::assertStringContainsString('<div id="contentarea">', $response->body);
        self::assertGreaterThan(500, strlen($response->body));
        self::assertSame('', Sites::get($kind)->complaints());
    }

    /** What the panel merged before anybody looked cannot be told, and that is said. */
    public function testTheNodePageSaysSinceWhenItsHistoryIsComplete(): void
    {
        foreach (Sites::kinds() as [$kind, $withExtension]) {
            $body = Sites::get($kind, $withExtension)->get(['action' => 'node_stats'])->body;
            self::assertSame($withExtension, str_contains($body, 'is complete since'), $kind);
        }
    }

    /** @dataProvider pages */
    #[DataProvider('pages')]
    public function testHostileTextsAreShownAsText(string $kind, array $query): void
    {
        $body = Sites::get($kind)->get($query)->body;
        $document = new DOMDocument();
        libxml_use_internal_errors(true);
        $document->loadHTML('<?xml encoding="UTF-8">' . $body);
        libxml_clear_errors();
        foreach ($document->getElementsByTagName('*') as $element) {
            foreach ($element->attributes as $attribute) {
                self::assertStringStartsNotWith('on', strtolower($attribute->name), "a script in an attribute of <$element->tagName>");
                if (in_array(strtolower($attribute->name), ['href', 'src', 'action', 'formaction'], true)) {
                    self::assertDoesNotMatchRegularExpression('/^\s*(javascript|data):/i', $attribute->value);
                }
            }
            self::assertNotContains($element->tagName, ['u', 'iframe', 'object'], 'markup of the database');
        }
        foreach ($document->getElementsByTagName('script') as $script) {
            self::assertStringNotContainsString('alert(', $script->textContent);
        }
        foreach (['<script>alert', '<img src=x', '<b onclick', '<i>x</i>', '"><script'] as $hostile) {
            self::assertStringNotContainsString($hostile, $body);
        }
    }

    public static function pages(): iterable
    {
        foreach (['builtin', 'fpm'] as $kind) {
            foreach (self::PAGES as $page) {
                yield "$page by $kind" => [$kind, $page === '' ? [] : ['action' => $page]];
            }
        }
        foreach (['"><script>alert(1)</script>', '" onfocus="alert(1)" autofocus="', "' onfocus='alert(1)' autofocus='", 'javascript:alert(1)'] as $hostile) {
            foreach (self::hostileQueries($hostile) as $name => $query) {
                yield "$name asked for $hostile" => ['builtin', $query];
            }
        }
    }

    /** @dataProvider tables */
    #[DataProvider('tables')]
    public function testTablesAreFilledWithoutJavaScript(array $query, string $want): void
    {
        $text = html_entity_decode(strip_tags(Sites::get('builtin')->get($query)->body), ENT_QUOTES | ENT_HTML5);
        self::assertStringContainsString($want, $text);
    }

    public static function tables(): array
    {
        return [
            'node names' => [['action' => 'node_stats'], '</script><script>alert(1)</script>'],
            'UUIDs' => [['action' => 'user_rankings', 'time_range' => 'month', 'limit' => 'all'], '"><script>alert(4)</script>'],
            'the status' => [['action' => 'engine_status'], 'Asia/Shanghai'],
        ];
    }

    public function testAUserSearchFindsByWhatIsTyped(): void
    {
        $uuid = World::all()['Shanghai'][0]->users[19]['uuid'];
        foreach ([['service_id', '508'], ['user_id', '12'], ['uuid', $uuid]] as [$type, $value]) {
            $body = Sites::get('builtin')->get(['action' => 'service_search', 'search_type' => $type, 'search_value' => $value, 'time_range' => 'month'])->body;
            self::assertStringContainsString(htmlspecialchars($value), $body, $type);
        }
    }

    /** @dataProvider redirects */
    #[DataProvider('redirects')]
    public function testOldPagesLeadToTheNewOnes(string $action, string $to): void
    {
        $response = Sites::get('builtin')->get(['action' => $action]);
        self::assertSame(302, $response->status);
        self::assertSame("addonmodules.php?module=v2raysocks_traffic&action=$to", $response->header('location'));
    }

    public static function redirects(): array
    {
        return [['user_stats', 'service_search'], ['today_traffic_chart', 'real_time']];
    }

    /** @dataProvider unknownActions */
    #[DataProvider('unknownActions')]
    public function testAnUnknownActionIsNamedAsSuch(mixed $action): void
    {
        $response = Sites::get('builtin')->get(['action' => $action]);
        self::assertStringContainsString('Unknown action', $response->body);
        self::assertSame('', Sites::get('builtin')->complaints());
    }

    public static function unknownActions(): array
    {
        return [['nonsense'], ['<script>alert(1)</script>'], ['../../configuration'], [['an', 'array']], ['debug']];
    }

    public function testOnlyAdminsGetIn(): void
    {
        $response = Sites::get('builtin')->anonymous('/addonmodules.php?module=v2raysocks_traffic&action=get_live_stats');
        self::assertSame(302, $response->status);
        self::assertSame('', $response->body);
    }

    /** What an address somebody was led to may hold. */
    private static function hostileQueries(string $hostile): array
    {
        return [
            'search' => ['action' => 'service_search', 'search_type' => $hostile, 'search_value' => $hostile, 'service_id' => $hostile,
                'user_id' => $hostile, 'uuid' => $hostile, 'time_range' => $hostile, 'start_date' => $hostile, 'end_date' => $hostile],
            'ranking' => ['action' => 'user_rankings', 'time_range' => $hostile, 'sort_by' => $hostile, 'limit' => $hostile, 'start_date' => $hostile],
            'nodes' => ['action' => 'node_stats', 'time_range' => 'custom', 'start_timestamp' => $hostile, 'end_timestamp' => $hostile],
            'dashboard' => ['service_id' => $hostile, 'time_range' => $hostile, 'page' => $hostile],
            'real time' => ['action' => 'real_time', 'service_id' => $hostile, 'time_range' => $hostile],
        ];
    }
}
