-- The services that the touched keys concern.
SELECT service FROM scope;
