-- Empties the log into the file, so that the file alone is the warehouse.
CHECKPOINT;
