-- Adds the commits that weren't there.
INSERT INTO commits BY NAME FROM fresh;
