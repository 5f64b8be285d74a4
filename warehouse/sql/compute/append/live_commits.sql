-- What was live: that of it which went live or was committed since.
CREATE OR REPLACE TEMP VIEW live_commits AS FROM recent_live;
