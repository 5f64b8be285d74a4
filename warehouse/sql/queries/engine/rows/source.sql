-- By the sender that told of it.
SELECT w.source AS key, w.* FROM within AS w;
