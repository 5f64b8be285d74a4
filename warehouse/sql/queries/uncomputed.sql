-- What compute still has to look at.
SELECT count(*) AS waiting FROM touched;
