-- Whatever its time.
SELECT * FROM observations;
