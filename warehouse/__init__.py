"""The store: facts in, derived tables, metric engine, catalog, read API and its client. All SQL lives in `sql/`."""
