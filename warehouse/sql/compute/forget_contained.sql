-- Walks that begin again leave nothing behind; so do those whose deployments are gone.
DELETE FROM contained WHERE service IN (SELECT service FROM scope)
    AND (service, environment) NOT IN (SELECT (service, environment) FROM pairs WHERE walk <> 'fresh');
