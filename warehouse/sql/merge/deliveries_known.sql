-- Which deliveries of `batch` are stored already, and what became of them. The 64-bit digest finds the candidates in one
-- narrow column; id and source make sure.
WITH candidates AS MATERIALIZED (
    SELECT d.digest, d.source, d.delivery_id, d.outcome FROM deliveries AS d
    WHERE d.digest IN (SELECT digest FROM batch)
)

SELECT b.digest, c.outcome FROM batch AS b
INNER JOIN candidates AS c ON b.digest = c.digest AND b.source = c.source AND b.delivery_id = c.delivery_id;
