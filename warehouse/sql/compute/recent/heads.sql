-- Where the pushes that tell of anything since then left their branches.
SELECT repository, after FROM pushes
WHERE told_until >= $since AND after IS NOT NULL AND list_contains($repositories, repository);
