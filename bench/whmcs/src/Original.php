<?php

declare(strict_types=1);

namespace TrafficEngine\Bench;

use PDO;

/** The original module's user ranking, as its contract describes it: it counts, fetches all users in batches, and sorts them in PHP. */
final class Original
{
    private const BATCH_USERS = 5_000;

    private const USER_COLUMNS = 'user.id, user.uuid, user.sid, user.u, user.d, user.transfer_enable, '
        . 'user.enable, user.created_at, user.remark, user.speedlimitss, user.speedlimitother';

    public function __construct(private readonly PDO $pdo)
    {
    }

    /** @return list<array<string, mixed>> the first hundred users by traffic between two seconds */
    public function ranking(int $from, int $to): array
    {
        foreach (['COUNT(*)', 'COUNT(DISTINCT user_id)'] as $count) {
            $this->rows("SELECT $count FROM user_usage WHERE t BETWEEN $from AND $to");
        }
        $users = [];
        for ($offset = 0; ($batch = $this->batch($from, $to, $offset)) !== []; $offset += self::BATCH_USERS) {
            $users = array_merge($users, $batch);
        }
        usort($users, static fn (array $a, array $b): int => [$b['period_traffic'], $a['user_id']] <=> [$a['period_traffic'], $b['user_id']]);
        return array_slice($users, 0, 100);
    }

    private function batch(int $from, int $to, int $offset): array
    {
        $recent = array_map(static function (int $seconds): string {
            $since = time() - $seconds;
            return "COALESCE(SUM(CASE WHEN uu.t >= $since THEN uu.u + uu.d ELSE 0 END), 0)";
        }, [300, 3_600, 14_400]);
        $rows = $this->rows('SELECT ' . self::USER_COLUMNS . ', COALESCE(SUM(uu.u), 0) AS period_upload, COALESCE(SUM(uu.d), 0) AS period_download, '
            . 'COALESCE(SUM(uu.u + uu.d), 0) AS period_traffic, ' . implode(', ', $recent)
            . ', COUNT(DISTINCT uu.node) AS nodes_used, COUNT(uu.id) AS usage_records, MIN(uu.t) AS first_usage, MAX(uu.t) AS last_usage'
            . " FROM user LEFT JOIN user_usage uu ON user.id = uu.user_id AND uu.t BETWEEN $from AND $to GROUP BY " . self::USER_COLUMNS
            . ' ORDER BY user.id LIMIT ' . self::BATCH_USERS . " OFFSET $offset");
        return array_map(self::row(...), $rows);
    }

    private static function row(array $row): array
    {
        return ['user_id' => (int) $row['id'], 'period_traffic' => (float) $row['period_traffic']] + $row;
    }

    private function rows(string $sql): array
    {
        return $this->pdo->query($sql)->fetchAll(PDO::FETCH_ASSOC);
    }
}
