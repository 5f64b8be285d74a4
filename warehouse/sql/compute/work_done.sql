-- Removes what this pass has taken care of; what arrived meanwhile stays.
DELETE FROM touched WHERE seq <= (SELECT max(seq) FROM work);
