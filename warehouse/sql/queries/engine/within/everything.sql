-- Nothing narrows the question down: also what names no service counts.
SELECT * FROM chosen;
