-- Older tables know nodes by `node_id` alone, a number in the original's and a text in ours; SQLite cannot change a key, so
-- the rows move to a table of the present form. It runs in one transaction with the making of that
-- table, and the old one was renamed before.

INSERT INTO daily_node_traffic
  SELECT id,
    CASE WHEN typeof(node_id) = 'integer' OR CAST(node_id AS text) IN
      (SELECT CAST(id AS text) FROM `node` WHERE id BETWEEN 1 AND 2147483647)
      THEN CAST(node_id AS integer) ELSE 0 END,
    CAST(node_id AS text), date, total_upload, total_download, total_traffic, unique_users,
    usage_records, created_at, updated_at
  FROM daily_node_traffic_old;
DROP TABLE daily_node_traffic_old;
