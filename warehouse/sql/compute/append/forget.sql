-- Deployments that there is news of are written anew.
DELETE FROM deployments
WHERE deployment IN (SELECT unnest($deployments)) AND service IN (SELECT unnest($services));
