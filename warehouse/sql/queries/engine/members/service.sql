-- Each service is a slice.
SELECT s.service, s.service AS key FROM scope AS s;
