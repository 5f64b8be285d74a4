-- One page of the observations behind a number, the newest first. A page begins at the moment where the last one ended,
-- after as many rows as were given of it.
SELECT e.service, e."at", CAST(e.value AS DOUBLE) AS value, CAST(e.weight AS DOUBLE) AS weight, e.ref, e.url,
    e.because
FROM evidence AS e
WHERE ($from IS NULL OR e."at" <= $from)
ORDER BY e."at" DESC, e.service, e.ref, e.source, e.environment, e.value, e.because, e.url
LIMIT $limit OFFSET $skip;
