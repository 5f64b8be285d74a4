"""The commands of `leadline`: one module each, found by its name (see streams/cli.py)."""
