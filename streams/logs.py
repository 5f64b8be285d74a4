"""Logs: structlog to stderr, for people or as JSON."""

import logging
import sys

import stamina
import structlog

from models.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Called once by each process. `LEADLINE_LOG_FORMAT` is `console` or `json`."""
    # aiokafka says several times a second that Kafka is away; our own lines say it once.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    stamina.instrumentation.set_on_retry_hooks([])  # what is tried again a moment later is no news
    renderer = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
