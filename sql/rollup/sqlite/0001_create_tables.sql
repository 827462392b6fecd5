-- The pre-aggregates that the WHMCS addon promises, in SQLite's words. A node is told by `node` beside
-- `node_id`, because rows name nodes by text too: a listed node has its id in both, any other text
-- the id 0.

CREATE TABLE IF NOT EXISTS daily_user_traffic (
  id integer PRIMARY KEY,
  user_id int NOT NULL,
  date date NOT NULL,
  total_upload bigint DEFAULT 0,
  total_download bigint DEFAULT 0,
  total_traffic bigint DEFAULT 0,
  unique_nodes int DEFAULT 0,
  usage_records int DEFAULT 0,
  created_at timestamp DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT unique_user_date UNIQUE (user_id, date)
);
CREATE INDEX IF NOT EXISTS daily_user_traffic_date ON daily_user_traffic (date);
CREATE INDEX IF NOT EXISTS daily_user_traffic_traffic ON daily_user_traffic (total_traffic);

CREATE TABLE IF NOT EXISTS daily_node_traffic (
  id integer PRIMARY KEY,
  node_id int NOT NULL,
  node varchar(50) NOT NULL,
  date date NOT NULL,
  total_upload bigint DEFAULT 0,
  total_download bigint DEFAULT 0,
  total_traffic bigint DEFAULT 0,
  unique_users int DEFAULT 0,
  usage_records int DEFAULT 0,
  created_at timestamp DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT unique_node_date UNIQUE (node_id, node, date)
);
CREATE INDEX IF NOT EXISTS daily_node_traffic_date ON daily_node_traffic (date);
CREATE INDEX IF NOT EXISTS daily_node_traffic_traffic ON daily_node_traffic (total_traffic);

CREATE TABLE IF NOT EXISTS hourly_stats (
  id integer PRIMARY KEY,
  hour_timestamp int NOT NULL,
  total_users int DEFAULT 0,
  active_users int DEFAULT 0,
  total_nodes int DEFAULT 0,
  active_nodes int DEFAULT 0,
  total_traffic bigint DEFAULT 0,
  peak_traffic bigint DEFAULT 0,
  created_at timestamp DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT unique_hour UNIQUE (hour_timestamp)
);
