-- The settings that the derived tables were made with.
SELECT fingerprint FROM computed_with;
