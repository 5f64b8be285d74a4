-- Likewise.
DELETE FROM awaited WHERE service IN (SELECT service FROM scope)
    AND (service, environment) NOT IN (SELECT (service, environment) FROM pairs WHERE walk <> 'fresh');
