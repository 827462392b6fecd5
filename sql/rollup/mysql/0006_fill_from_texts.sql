-- Our own tables of before: the id is a text, which names a listed node by its id or is a text of its
-- own. In one statement, for what was `node_id` cannot be told afterwards.

UPDATE daily_node_traffic
  SET node = node_id,
      node_id = CASE
        WHEN node_id IN (SELECT CAST(id AS CHAR) FROM `node` WHERE id BETWEEN 1 AND 2147483647)
        THEN node_id ELSE '0' END
  WHERE node IS NULL OR (node = '' AND node_id <> '0');
