-- Services that are derived again as a whole: at first those that a source key was resolved to just now.
CREATE OR REPLACE TEMP TABLE again AS SELECT unnest(CAST($services AS VARCHAR[])) AS service;
