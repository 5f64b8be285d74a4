-- The observations in the environment asked for; else in every production environment, or in all where the profile says
-- so. Incidents name no environment: they are production's.
SELECT p.*
FROM placed AS p
WHERE CASE
    WHEN $environment IS NULL THEN p.production OR $all_environments
    ELSE p.environment = $environment OR p.environment IS NULL AND $environment_is_production
END;
