-- Of what was live: the commits that anything new names. Few rows of a long history.
SELECT service, environment, repository, sha, source, deployment, epoch_us(contained.at) AS "at", reached FROM contained
WHERE sha IN (SELECT unnest($shas)) AND service IN (SELECT unnest($services));
