-- What the new pushes of `batch` prove to contain what, for compute to see whether it touches what was live.
INSERT INTO touched_edges
WITH fresh AS (SELECT DISTINCT ON (digest) * FROM batch WHERE after IS NOT NULL)

SELECT repository, unnest(new_shas[2:]) AS child, unnest(new_shas[1:len(new_shas) - 1]) AS parent
FROM fresh WHERE len(new_shas) > 1
UNION
SELECT repository, new_shas[1], before FROM fresh WHERE len(new_shas) > 0 AND NOT forced AND before IS NOT NULL
UNION
SELECT repository, after, after FROM fresh -- a push that brings nothing new may still move the branch
UNION
SELECT repository, after, unnest(shas) FROM fresh
UNION
SELECT repository, after, before FROM fresh WHERE NOT forced AND before IS NOT NULL;
