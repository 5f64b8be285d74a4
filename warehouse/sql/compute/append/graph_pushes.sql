-- The pushes that tell of anything since then, of which the head wasn't live yet: what was live is closed.
CREATE OR REPLACE TEMP TABLE graph_pushes AS
SELECT p.* FROM pushes AS p
INNER JOIN needed AS n ON p.repository = n.repository
ANTI JOIN recent_live AS i
    ON i.reached AND n.service = i.service AND n.environment = i.environment AND p.repository = i.repository
        AND p.after = i.sha
WHERE p.told_until >= $since AND p.after IS NOT NULL;
