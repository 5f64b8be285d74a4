-- The pull requests that a deployment shipped, or that were merged, in the window: what the profile dates them by.
SELECT * FROM (
    SELECT r.*, CASE WHEN $lead_time_at = 'merged' THEN r.merged_at ELSE r.deployed_at END AS "at"
    FROM deployed_pull_requests AS r
) AS d
WHERE d."at" >= $since AND d."at" < $until;
