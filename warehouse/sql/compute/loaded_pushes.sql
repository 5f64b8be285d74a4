-- The pushes that tell of the loaded graphs, as warehouse.compute.proven.Push.
SELECT repository, after, before, forced, shas, new_shas FROM graph_pushes;
