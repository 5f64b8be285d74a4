-- Services whose walk can't go on from where it stood.
INSERT INTO again SELECT unnest(CAST($services AS VARCHAR[]));
