-- A team's slice holds its own services and those of the groups below it; asked for one team, that team and those below.
SELECT s.service, coalesce(t.team, s.team, '(no team)') AS key
FROM scope AS s
LEFT JOIN teams AS t ON s.team = t.member
WHERE $team IS NULL OR coalesce(t.team, s.team, '(no team)') = $team
    OR t.team IN (SELECT b.member FROM teams AS b WHERE b.team = $team);
