-- What was found to wait.
INSERT INTO undeployed BY NAME
SELECT
    unnest($service) AS service, unnest($repository) AS repository, unnest($sha) AS sha, unnest($source) AS source;
