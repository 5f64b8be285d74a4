-- Everything, once.
SELECT 'org' AS key, w.* FROM within AS w;
