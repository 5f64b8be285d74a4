"""The worker: Kafka → facts → derived tables, and the read API over them, in the one process that owns the store."""

from streams.worker.process import run

__all__ = ["run"]
