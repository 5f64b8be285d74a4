-- What is missing over all services in scope; incidents without a service are nobody's, so they count always.
SELECT
    count(*) AS services,
    count(*) FILTER (NOT s.in_catalog) AS services_not_in_catalog,
    count(*) FILTER (s.team IS NULL) AS services_without_owner,
    (
        SELECT count(DISTINCT (i.source, i.incident)) FROM incidents AS i WHERE i.service IS NULL
    ) AS incidents_without_service,
    (SELECT count(*) FROM dead_letters) AS dead_letters
FROM scope AS s;
