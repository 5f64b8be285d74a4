-- Removes what this pass has taken care of; what arrives meanwhile is not seen by this transaction, and stays.
DELETE FROM touched;
DELETE FROM touched_commits;
DELETE FROM touched_edges;
