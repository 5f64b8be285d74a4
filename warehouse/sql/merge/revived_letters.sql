-- Forgets the reasons of dead letters that were tried again; a new reason is written beside.
DELETE FROM dead_letters WHERE digest IN (SELECT digest FROM batch);
