-- What reached production waits no longer.
DELETE FROM undeployed AS u USING found_commits AS f, news AS n
WHERE n.production AND n.service = f.service AND n.environment = f.environment AND n.source = f.source
    AND n.deployment = f.deployment
    AND u.service = f.service AND u.repository = f.repository AND u.sha = f.sha;
