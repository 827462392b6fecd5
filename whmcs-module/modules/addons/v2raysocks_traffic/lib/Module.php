<?php

declare(strict_types=1);

namespace V2RaySocksTraffic;

use V2RaySocksTraffic\Backend\Backend;
use V2RaySocksTraffic\Backend\DataDirectory;
use V2RaySocksTraffic\Backend\EngineHealth;
use V2RaySocksTraffic\Backend\EngineOpener;
use V2RaySocksTraffic\Backend\ExtensionBackend;
use V2RaySocksTraffic\Backend\FailoverBackend;
use V2RaySocksTraffic\Backend\SqlBackend;
use V2RaySocksTraffic\Cache\Cache;
use V2RaySocksTraffic\Cache\EngineCache;
use V2RaySocksTraffic\Cache\RedisLink;
use V2RaySocksTraffic\Maintenance\Indexes;
use V2RaySocksTraffic\Sql\Connection;
use V2RaySocksTraffic\Sql\Connector;
use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/** Wires the parts together, each made at most once a request and not before it is needed. */
final class Module
{
    private static ?self $instance = null;

    public readonly Settings $settings;
    private ?\PDO $pdo = null;
    private ?Connection $connection = null;
    private ?Backend $backend = null;
    private ?Cache $cache = null;
    private ?Reports $reports = null;
    private ?Server $server = null;
    private ?Indexes $indexes = null;
    private ?bool $isKeptOut = null;

    private function __construct()
    {
        $this->settings = new Settings();
    }

    public static function get(): self
    {
        return self::$instance ??= new self();
    }

    /** Starts over, as a new request would, for long-running processes and changed settings. */
    public static function forget(): void
    {
        self::$instance = null;
        Log::forget();
    }

    /** The selected row of tblservers, or null. */
    public function serverRow(): ?object
    {
        $id = $this->settings->get('v2raysocks_server');
        return ctype_digit($id)
            ? Capsule::table('tblservers')->where('type', 'V2RaySocks')->where('id', (int) $id)->first()
            : null;
    }

    /** @throws Unavailable when no server is selected or it is incomplete */
    public function server(): Server
    {
        return $this->server ??= Server::ofRow($this->serverRow() ?? throw new Unavailable(
            'no V2RaySocks server is selected; choose one in the settings of the addon'
        ));
    }

    /** The selected server where there is a whole one, to keep its names out of what is told. */
    public function serverOrNull(): ?Server
    {
        try {
            return $this->server();
        } catch (\Throwable) {
            return null;
        }
    }

    /** @throws Unavailable */
    public function pdo(): \PDO
    {
        return $this->pdo ??= Connector::open($this->server());
    }

    /** @throws Unavailable */
    public function connection(): Connection
    {
        return $this->connection ??= new Connection($this->pdo());
    }

    public function reports(): Reports
    {
        return $this->reports ??= new Reports($this);
    }

    public function indexes(): Indexes
    {
        return $this->indexes ??= new Indexes($this);
    }

    public function cache(): Cache
    {
        return $this->cache ??= $this->newCache();
    }

    private function newCache(): Cache
    {
        $namespace = $this->cacheNamespace();
        $seal = $this->cacheSeal();
        $engine = $this->usesExtension() ? EngineCache::open($this->settings, Cache::PREFIX, $namespace, $seal) : null;
        return new Cache(new RedisLink($this->settings), $namespace, $engine, $seal);
    }

    /** Of secrets that all processes of this installation have and Redis has not; it is nowhere kept. */
    private function cacheSeal(): string
    {
        $secrets = [(string) ($GLOBALS['cc_encryption_hash'] ?? ''), $this->serverOrNull()?->password ?? ''];
        return $secrets === ['', ''] ? '' : hash_hmac('sha256', 'answers in Redis', implode("\0", $secrets));
    }

    /** @throws Unavailable when no server is selected */
    public function backend(): Backend
    {
        return $this->backend ??= $this->usesExtension()
            ? new FailoverBackend($this->extension(...), $this->pure(...), $this->health())
            : $this->pure();
    }

    /** True when the extension answers, unless it fails; whoever does not own its folder uses plain PHP. */
    public function usesExtension(): bool
    {
        return EngineOpener::isLoaded() && $this->settings->isOn('engine_enabled')
            && !($this->isKeptOut ??= DataDirectory::ofSettings($this->settings)->isOfOthers());
    }

    public function health(): EngineHealth
    {
        return new EngineHealth($this->settings, $this->server());
    }

    private function extension(): Backend
    {
        return new ExtensionBackend(EngineOpener::open($this->server(), $this->settings));
    }

    /** The database alone, which can stream any number of rows. */
    public function pure(): Backend
    {
        return new SqlBackend($this->connection());
    }

    /** Two installations, two servers or two zones never share an answer. */
    private function cacheNamespace(): string
    {
        $database = '';
        try {
            $database = (string) Capsule::connection()->getDatabaseName();
        } catch (\Throwable) {
            // The folder alone tells installations on one machine apart.
        }
        $parts = [__DIR__, $database, $this->settings->get('v2raysocks_server'), date_default_timezone_get()];
        return substr(hash('sha256', implode("\0", $parts)), 0, 16);
    }
}
