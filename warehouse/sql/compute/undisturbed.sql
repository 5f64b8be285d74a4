-- Nothing new is known of any commit.
CREATE OR REPLACE TEMP TABLE disturbed (service VARCHAR, environment VARCHAR);
