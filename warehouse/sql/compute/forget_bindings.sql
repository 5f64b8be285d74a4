-- Made again from the snapshots.
DELETE FROM bindings;
