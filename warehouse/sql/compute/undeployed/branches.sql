-- Where pushes since then left the branches of repositories, the newest first.
SELECT repository, branch, after, source, default_branch FROM pushes
WHERE pushes.at >= $since AND after IS NOT NULL AND list_contains($repositories, repository)
ORDER BY pushes.at DESC, digest DESC;
