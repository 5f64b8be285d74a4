-- How far back a page reaches, so that only its own rows are worded.
SELECT min("at") AS reach FROM (
    SELECT e."at" FROM evidence AS e WHERE $from IS NULL OR e."at" <= $from ORDER BY e."at" DESC LIMIT $limit + $skip
);
