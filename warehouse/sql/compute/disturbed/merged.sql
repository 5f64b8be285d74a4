-- Has any pull request merged to a touched commit?
SELECT 1 FROM pull_requests AS r
SEMI JOIN touched_commits AS t ON r.repository = t.repository AND r.merge_sha = t.sha
LIMIT 1;
