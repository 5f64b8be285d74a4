"""The metric engine: one `.sql` file per metric gives observations; everything else is generic (METRICS.md)."""

from warehouse.metrics.engine import Engine
from warehouse.metrics.query import MetricQuery

__all__ = ["Engine", "MetricQuery"]
