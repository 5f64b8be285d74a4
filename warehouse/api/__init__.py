"""The read API: named queries only, JSON or Arrow, over the store of the process that owns it (INTERFACE.md)."""
