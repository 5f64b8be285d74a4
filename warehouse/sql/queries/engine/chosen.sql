-- The observations in the environment asked for; else in every production environment. Incidents name no environment:
-- they are production's.
SELECT p.*
FROM placed AS p
WHERE CASE
    WHEN $environment IS NULL THEN p.production
    ELSE p.environment = $environment OR p.environment IS NULL AND $environment_is_production
END;
