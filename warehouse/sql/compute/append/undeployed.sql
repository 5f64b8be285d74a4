-- What reached production waits no longer.
DELETE FROM undeployed WHERE service = $service AND repository = $repository AND list_contains($shas, sha);
