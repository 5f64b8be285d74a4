-- What was live: all of it.
CREATE OR REPLACE TEMP VIEW live_commits AS FROM contained;
