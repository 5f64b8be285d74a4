-- The repositories whose whole graph is loaded.
FROM whole;
