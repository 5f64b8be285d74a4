"""The service catalog: Backstage entities from snapshots to the tables that everything is sliced by."""
