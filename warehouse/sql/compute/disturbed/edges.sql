-- What new pushes prove to contain what.
SELECT DISTINCT repository, child, parent FROM touched_edges;
