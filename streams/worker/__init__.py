"""The worker: Kafka → facts → derived tables, and the read API over them, in the one process that owns the store."""

from streams.worker.run import run

__all__ = ["run"]
