-- Each day of a service's environment by itself, in the reporting time zone.
SELECT c.* REPLACE (
    {
        'key': c.key,
        'part': coalesce(c.service, '') || ' ' || coalesce(c.environment, '') || ' '
        || CAST(timezone($timezone, c."at") AS DATE)
    } AS key
)
FROM together AS c;
