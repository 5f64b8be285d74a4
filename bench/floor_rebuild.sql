-- What a rebuild can't be faster than: writing as many rows as it writes.
CREATE OR REPLACE TABLE copied AS FROM contained;
