-- By what the service belongs to.
SELECT m.key, w.* FROM within AS w INNER JOIN members AS m ON w.service = m.service;
