-- The outbox: what compute has to look at, in the facts' own transaction.
INSERT INTO touched (key) SELECT unnest($keys);
