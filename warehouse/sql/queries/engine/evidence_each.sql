-- The observations of the window.
SELECT * FROM within;
