-- So many services that deriving them together costs less.
INSERT INTO again SELECT DISTINCT service FROM news;
