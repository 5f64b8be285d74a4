-- An incident of which nobody told when it opened is no zero: derived tables are made again with what is known of it.
ALTER TABLE incidents ADD COLUMN opening_known BOOLEAN DEFAULT true;    -- false: `opened_at` is only the first that was told of it

DELETE FROM computed_with;
