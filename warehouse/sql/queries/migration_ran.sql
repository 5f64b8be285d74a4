-- Has this migration run?
SELECT 1 FROM migrations WHERE name = $name;
