-- The facts that tell the walked graphs.
CREATE OR REPLACE TEMP VIEW told_commits AS FROM graph_commits;

CREATE OR REPLACE TEMP VIEW told_pushes AS FROM graph_pushes;
