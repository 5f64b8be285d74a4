-- What the walk over the graph found of the news.
INSERT INTO contained BY NAME
SELECT
    unnest($service) AS service, unnest($environment) AS environment, unnest($source) AS source,
    unnest($deployment) AS deployment, unnest($repository) AS repository, unnest($sha) AS sha, unnest($at) AS "at",
    unnest($reached) AS reached, unnest($counted) AS counted, unnest($because) AS because,
    make_timestamptz(unnest($committed_at)) AS committed_at;
