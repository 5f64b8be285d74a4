-- Has the catalog changed?
SELECT count(*) FROM work WHERE key = 'catalog=';
