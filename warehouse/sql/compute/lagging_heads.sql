-- The services whose default branch is ahead, and where it stands.
SELECT service, repository, head, source FROM lagging;
