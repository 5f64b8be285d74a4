-- Replaced by the one that follows.
DELETE FROM computed_with;
