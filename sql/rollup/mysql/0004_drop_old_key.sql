-- The old key holds one row a day for all texts that are no listed node, so it goes before they all
-- get the id 0.

ALTER TABLE daily_node_traffic DROP INDEX unique_node_date;
