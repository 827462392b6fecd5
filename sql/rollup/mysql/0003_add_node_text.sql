-- Older tables know nodes by `node_id` alone. NULL says that a row has no text yet, so that whoever
-- comes after a run that was cut short knows what is left to do.

ALTER TABLE daily_node_traffic
  ADD COLUMN node varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL AFTER node_id;
