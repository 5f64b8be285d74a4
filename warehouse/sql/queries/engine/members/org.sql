-- One slice for all.
SELECT CAST(NULL AS VARCHAR) AS service, 'org' AS key;
