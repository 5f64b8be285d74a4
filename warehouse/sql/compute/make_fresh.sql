-- A walk that could not go on from where it stood is begun again.
UPDATE pairs SET walk = 'fresh' WHERE service = $service AND environment = $environment;
