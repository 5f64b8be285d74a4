-- Services by their system.
SELECT s.service, coalesce(s.system, '(no system)') AS key FROM scope AS s;
