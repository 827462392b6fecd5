-- The original's tables: the id is a number, and its digits are the text.

UPDATE daily_node_traffic SET node = CAST(node_id AS CHAR) WHERE node IS NULL OR node = '';
