-- Services by their tier.
SELECT s.service, coalesce(s.tier, '(no tier)') AS key FROM scope AS s;
