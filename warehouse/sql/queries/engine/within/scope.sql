-- Only what happened on the services in scope.
SELECT c.* FROM chosen AS c SEMI JOIN scope AS s ON c.service = s.service;
