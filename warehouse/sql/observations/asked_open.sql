-- The pull requests that were open for review in the window for the first time.
SELECT r.* FROM service_pull_requests AS r WHERE r.asked_at >= $since AND r.asked_at < $until;
