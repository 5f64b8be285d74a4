-- Does any deployment in scope name a SHA without its repository?
SELECT coalesce(bool_or(list_contains(list_transform(commits, lambda c: c.repository IS NULL), true)), false)
FROM scoped_deployments;
