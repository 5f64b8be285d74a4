-- Pull requests of which more is known now are made again.
DELETE FROM pull_requests WHERE (repository, number) IN (SELECT (repository, number) FROM asked_pull_requests);
