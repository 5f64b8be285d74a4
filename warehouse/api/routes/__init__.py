"""One topic, one file, holding `router`."""
