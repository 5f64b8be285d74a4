-- The services that a question is about. A team has its own services and those of the groups below it.
SELECT s.*
FROM services AS s
WHERE ($service IS NULL OR s.service = $service)
    AND ($system IS NULL OR coalesce(s.system, '(no system)') = $system)
    AND ($domain IS NULL OR coalesce(s.domain, '(no domain)') = $domain)
    AND ($tier IS NULL OR coalesce(s.tier, '(no tier)') = $tier)
    AND (
        $team IS NULL OR coalesce(s.team, '(no team)') = $team
        OR s.team IN (SELECT t.member FROM teams AS t WHERE t.team = $team)
    );
