-- Services by their domain (their own, or their system's).
SELECT s.service, coalesce(s.domain, '(no domain)') AS key FROM scope AS s;
