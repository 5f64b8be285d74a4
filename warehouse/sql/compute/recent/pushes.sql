-- Some of them, as warehouse.compute.proven.Push, and whether their branch is for hotfixes.
SELECT
    p.repository, p.after, p.before, p.forced, p.shas, p.new_shas, regexp_matches(p.branch, $pattern) AS hot
FROM pushes AS p
WHERE p.told_until >= $since AND list_contains($repositories, p.repository) AND list_contains($heads, p.after);
