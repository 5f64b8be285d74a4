-- The observations in the environment asked for; else in every production environment, or in all where the profile says
-- so. Incidents name no environment: they are production's, whatever it is called.
SELECT p.*
FROM placed AS p
WHERE CASE
    WHEN $environment IS NULL THEN p.production OR $all_environments
    ELSE p.environment = $environment OR p.environment IS NULL
        AND EXISTS (FROM deployments AS d WHERE d.environment = $environment AND d.production)
END;
