"""The receiver: authenticates webhooks on raw bytes and answers 202 only when they are durable."""

from streams.receiver.serve import run

__all__ = ["run"]
