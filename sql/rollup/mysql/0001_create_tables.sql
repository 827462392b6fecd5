-- The pre-aggregates that the WHMCS addon promises, under its names. A node is told by `node` beside
-- `node_id`, because rows name nodes by text too: a listed node has its id in both, any other text
-- the id 0. The text compares by its characters, as nodes do everywhere else.

CREATE TABLE IF NOT EXISTS daily_user_traffic (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id int NOT NULL,
  date date NOT NULL,
  total_upload bigint DEFAULT 0,
  total_download bigint DEFAULT 0,
  total_traffic bigint DEFAULT 0,
  unique_nodes int DEFAULT 0,
  usage_records int DEFAULT 0,
  created_at timestamp DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  UNIQUE KEY unique_user_date (user_id, date),
  KEY idx_date (date),
  KEY idx_user_id (user_id),
  KEY idx_traffic (total_traffic)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS daily_node_traffic (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  node_id int NOT NULL,
  node varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  date date NOT NULL,
  total_upload bigint DEFAULT 0,
  total_download bigint DEFAULT 0,
  total_traffic bigint DEFAULT 0,
  unique_users int DEFAULT 0,
  usage_records int DEFAULT 0,
  created_at timestamp DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  UNIQUE KEY unique_node_date (node_id, node, date),
  KEY idx_date (date),
  KEY idx_node_id (node_id),
  KEY idx_traffic (total_traffic)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS hourly_stats (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  hour_timestamp int NOT NULL,
  total_users int DEFAULT 0,
  active_users int DEFAULT 0,
  total_nodes int DEFAULT 0,
  active_nodes int DEFAULT 0,
  total_traffic bigint DEFAULT 0,
  peak_traffic bigint DEFAULT 0,
  created_at timestamp DEFAULT CURRENT_TIMESTAMP,
  UNIQUE KEY unique_hour (hour_timestamp),
  KEY idx_hour_timestamp (hour_timestamp)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
