-- Last of all, for a table that has this key is in its present form.

ALTER TABLE daily_node_traffic
  MODIFY COLUMN node_id int NOT NULL,
  MODIFY COLUMN node varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  ADD UNIQUE KEY unique_node_date (node_id, node, date);
