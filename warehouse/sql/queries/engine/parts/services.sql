-- Each service of a slice by itself.
SELECT c.* REPLACE ({'key': c.key, 'part': coalesce(c.service, '')} AS key) FROM together AS c;
