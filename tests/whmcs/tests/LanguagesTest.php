<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests;

use PHPUnit\Framework\TestCase;

/** The three languages have the same texts. */
final class LanguagesTest extends TestCase
{
    private const LANGUAGES = ['english', 'chinese-cn', 'chinese-tw'];
    /** Texts the pages fill in, from contract 2.5. */
    private const PLACEHOLDERS = [
        'showing_records' => ['{end}', '{start}', '{total}'],
        'page_info' => ['{current}', '{total}'],
        'traffic_unit' => ['{unit}'],
        'user_traffic_usage_trends' => ['{user_id}'],
        'upload_traffic_unit' => ['{unit}'],
        'download_traffic_unit' => ['{unit}'],
        'total_traffic_unit' => ['{unit}'],
        'cumulative_upload_unit' => ['{unit}'],
        'cumulative_download_unit' => ['{unit}'],
        'total_cumulative_traffic_unit' => ['{unit}'],
        'node_today_usage_trends' => ['{node_name}'],
    ];

    public function testEveryKeyOfTheContractHasAText(): void
    {
        $keys = file(dirname(__DIR__) . '/language-keys.txt', FILE_IGNORE_NEW_LINES);
        foreach (self::LANGUAGES as $language) {
            self::assertSame([], array_values(array_diff([...$keys, 'to'], array_keys(self::texts($language)))), $language);
        }
    }

    public function testAllLanguagesHaveTheSameKeys(): void
    {
        $keys = array_keys(self::texts('english'));
        sort($keys);
        foreach (self::LANGUAGES as $language) {
            $other = array_keys(self::texts($language));
            sort($other);
            self::assertSame($keys, $other, $language);
        }
    }

    public function testNoKeyIsWrittenTwice(): void
    {
        foreach (self::LANGUAGES as $language) {
            preg_match_all('/^\$_ADDONLANG\[\'([^\']+)\'\] = /m', (string) file_get_contents(Php::addon() . "/lang/$language.php"), $found);
            self::assertCount(count(self::texts($language)), $found[1], $language);
            self::assertSame([], array_keys(array_filter(array_count_values($found[1]), static fn (int $count): bool => $count > 1)), $language);
        }
    }

    public function testTextsAreFilledInAlikeInAllLanguages(): void
    {
        foreach (self::texts('english') as $key => $text) {
            $wanted = self::PLACEHOLDERS[$key] ?? self::placeholders($text);
            foreach (self::LANGUAGES as $language) {
                self::assertSame($wanted, self::placeholders(self::texts($language)[$key] ?? ''), "$key in $language");
            }
        }
    }

    public function testTextsAreTextsWithoutMarkup(): void
    {
        foreach (self::LANGUAGES as $language) {
            foreach (self::texts($language) as $key => $text) {
                self::assertIsString($text, "$key in $language");
                self::assertNotSame('', trim($text), "$key in $language");
                self::assertSame($text, strip_tags($text), "$key in $language");
            }
        }
    }

    public function testTheSettingChoosesTheLanguage(): void
    {
        $installation = Installation::of(World::all()['Shanghai'][0]);
        foreach (self::LANGUAGES as $language) {
            $installation->configure(['language' => $language]);
            $answers = (new Php($installation))->ask([
                ['function' => 'lang', 'arguments' => ['traffic_dashboard']],
                ['function' => 'lang', 'arguments' => ['no_such_key']],
                ['function' => 'loadLanguage', 'arguments' => []],
            ]);
            self::assertSame(self::texts($language)['traffic_dashboard'], $answers[0]['result']);
            self::assertSame('no_such_key', $answers[1]['result']);
            self::assertEquals(self::texts($language), $answers[2]['result']);
        }
        foreach (['../../../configuration', 'german'] as $language) {
            $installation->configure(['language' => $language]);
            $answers = (new Php($installation))->ask([['function' => 'lang', 'arguments' => ['traffic_dashboard']]]);
            self::assertSame(self::texts('english')['traffic_dashboard'], $answers[0]['result'], $language);
        }
    }

    public function testErrorsAreShownInTheLanguageOfThePage(): void
    {
        $installation = Installation::of(World::all()['Shanghai'][0]);
        $site = Sites::get('builtin');
        foreach (['english' => 'unknown time range', 'chinese-cn' => '未知的时间范围「nonsense」', 'chinese-tw' => '未知的時間範圍「nonsense」'] as $language => $words) {
            $installation->configure(['language' => $language]);
            self::assertStringContainsString($words, $site->get(['action' => 'user_rankings', 'time_range' => 'nonsense'])->body);
            $json = $site->get(['action' => 'get_user_traffic_rankings', 'time_range' => 'nonsense'])->json();
            self::assertStringContainsString('unknown time range "nonsense"', $json['message'], 'callers read English');
        }
        $form = ['token' => Site::token(), 'page' => '1'];
        self::assertStringContainsString('未載入擴充', $site->post(['action' => 'engine_retry'], $form)->body);
        self::assertStringContainsString('沒有可清除的快取', $site->post(['action' => 'clear_cache'], $form)->body);
        $installation->configureServer(['ipaddress' => '127.0.0.1:1']);
        self::assertStringContainsString('無法連線 V2RaySocks 資料庫', $site->get(['action' => 'user_rankings'])->body);
        $installation->configure();
    }

    /** Messages that were reworded would be shown in English. */
    public function testEveryMessageOfTheAddonIsTranslated(): void
    {
        defined('WHMCS') || define('WHMCS', true);
        $sources = '';
        foreach (['lib', 'lib/*'] as $folder) {
            foreach (glob(Php::addon() . "/$folder/*.php") as $file) {
                $sources .= file_get_contents($file);
            }
        }
        $sources = (string) preg_replace("/'\\s*\\.\\s*'/", '', $sources);
        foreach (require Php::addon() . '/lang/messages.php' as [$english, $simplified, $traditional]) {
            foreach (preg_split('/\\{\\w+\\}/', $english) as $part) {
                self::assertStringContainsString(trim($part), $sources, $english);
            }
            preg_match_all('/\\{\\w+\\}/', $english, $wanted);
            foreach ([$simplified, $traditional] as $text) {
                preg_match_all('/\\{\\w+\\}/', $text, $found);
                self::assertEqualsCanonicalizing($wanted[0], $found[0], $text);
            }
        }
    }

    /** @return array<string, string> as WHMCS reads them for an addon */
    private static function texts(string $language): array
    {
        defined('WHMCS') || define('WHMCS', true);
        $_ADDONLANG = [];
        require Php::addon() . "/lang/$language.php";
        return $_ADDONLANG;
    }

    private static function placeholders(string $text): array
    {
        preg_match_all('/\{\w+\}/', $text, $found);
        $placeholders = array_unique($found[0]);
        sort($placeholders);
        return $placeholders;
    }
}
