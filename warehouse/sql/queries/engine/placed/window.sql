-- One window, one bucket.
SELECT o.*, 1 AS bucket, 1.0 AS days FROM observations AS o WHERE o."at" >= $since AND o."at" < $until;
