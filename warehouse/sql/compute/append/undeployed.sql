-- What reached production waits no longer.
DELETE FROM undeployed AS u
WHERE (u.service, u.repository, u.sha) IN (SELECT (unnest($service), unnest($repository), unnest($sha)));
