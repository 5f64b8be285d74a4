-- The digests of the kept frames, in the order in which they were written.
SELECT digest FROM backfilled ORDER BY written_at, digest;
