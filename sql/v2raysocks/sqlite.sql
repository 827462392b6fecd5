-- The tables of V2RaySocks that Traffic Engine reads, in SQLite's words: no index but the
-- primary keys. Used only to make stores with made-up rows; an existing table is left as it is.

CREATE TABLE IF NOT EXISTS `user` (
  id integer PRIMARY KEY AUTOINCREMENT,
  uuid varchar(36) NOT NULL,
  t int NOT NULL DEFAULT 0,
  u bigint NOT NULL,
  d bigint NOT NULL,
  transfer_enable bigint NOT NULL,
  enable tinyint NOT NULL DEFAULT 1,
  created_at int NOT NULL,
  updated_at int NOT NULL,
  need_reset tinyint(1) NOT NULL DEFAULT 1,
  sid int NOT NULL,
  packageid int DEFAULT NULL,
  speedlimitss int DEFAULT NULL,
  speedlimitother int DEFAULT NULL,
  illegal int NOT NULL DEFAULT 0,
  remark varchar(100) DEFAULT NULL
);

CREATE TABLE IF NOT EXISTS `node` (
  id integer PRIMARY KEY AUTOINCREMENT,
  type varchar(100) NOT NULL DEFAULT 'vmess',
  name varchar(100) NOT NULL,
  address varchar(100) NOT NULL,
  client_port varchar(100) NOT NULL,
  backend_port int NOT NULL,
  multiple_entry varchar(300) DEFAULT NULL,
  multiple_entry_type tinyint DEFAULT NULL,
  port_range varchar(11) NOT NULL,
  transfer_type varchar(11) DEFAULT NULL,
  weekly_reset_port int NOT NULL DEFAULT 0,
  allow_reset_port tinyint NOT NULL,
  max_traffic int NOT NULL DEFAULT 0,
  tls varchar(100) DEFAULT NULL,
  network varchar(100) DEFAULT 'tcp',
  snidomain varchar(100) DEFAULT NULL,
  encryption varchar(100) DEFAULT NULL,
  dns_json json DEFAULT NULL,
  network_settings_json json DEFAULT NULL,
  domain_rule_json json DEFAULT NULL,
  protocol_rule_json json DEFAULT NULL,
  traffic_rate float DEFAULT 1,
  dynamic_rate_case varchar(3) DEFAULT NULL,
  country varchar(100) DEFAULT NULL,
  device_limit int DEFAULT NULL,
  speed_limit int DEFAULT NULL,
  excessive_speed_limit int NOT NULL DEFAULT 0,
  tag varchar(1024) DEFAULT NULL,
  statistics bigint DEFAULT 0,
  statistics_reset_day tinyint NOT NULL,
  status json DEFAULT NULL,
  assigned varchar(1024) DEFAULT NULL,
  online int DEFAULT 0,
  last_online int DEFAULT 0,
  enable tinyint(1) NOT NULL DEFAULT 1,
  remark text,
  vps_url varchar(1024) DEFAULT NULL
);

CREATE TABLE IF NOT EXISTS user_usage (
  id integer PRIMARY KEY AUTOINCREMENT,
  user_id int NOT NULL,
  t int NOT NULL,
  u bigint NOT NULL,
  d bigint NOT NULL,
  node varchar(50) NOT NULL,
  count_rate float DEFAULT NULL
);
