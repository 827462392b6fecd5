-- What keeping the pre-aggregates exact takes: which rows a day's figures were made of, so that only
-- days that changed are summed anew; what of a node's day was seen before the rows were merged, so
-- that it is not lost; the zone it was all summed in, and a hash of the nodes that were listed then.
-- `day_traffic` is text, because SQLite has no number for so many digits.

CREATE TABLE IF NOT EXISTS traffic_engine_rollup_days (
  date date NOT NULL PRIMARY KEY,
  zone varchar(64) NOT NULL,
  fingerprint varchar(120) NOT NULL,
  day_records bigint NOT NULL,
  day_traffic text NOT NULL,
  checked_at int NOT NULL
);

CREATE TABLE IF NOT EXISTS traffic_engine_rollup_nodes (
  date date NOT NULL,
  node varchar(50) NOT NULL,
  merged_upload bigint NOT NULL,
  merged_download bigint NOT NULL,
  merged_users int NOT NULL,
  merged_records int NOT NULL,
  PRIMARY KEY (date, node)
);

CREATE TABLE IF NOT EXISTS traffic_engine_rollup_state (
  id integer PRIMARY KEY,
  zone varchar(64) NOT NULL,
  version int NOT NULL,
  node_list varchar(64) DEFAULT NULL
);
