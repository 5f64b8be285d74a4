-- Keeps, of the swept graphs, which commits are merges although no parents say so: a walk that follows makes its own.
CREATE OR REPLACE TEMP TABLE sweep_merges AS SELECT hash(repository, sha) AS key FROM merge_heads;
