-- Pull requests of the repositories in scope are made again.
DELETE FROM pull_requests WHERE repository IN (SELECT repository FROM scoped_repositories);
