"""What can be asked of a metric; the read API's parameters by the same names."""

from pydantic import BaseModel, ConfigDict, Field

from models.results import BucketSize, Slice


class Scope(BaseModel):
    """Which services a question is about; all that are named must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str | None = Field(default=None, description="a service's name or reference")
    team: str | None = Field(
        default=None, description="its services and those of the groups below it; `(no team)` for unowned"
    )
    system: str | None = None
    domain: str | None = None
    tier: str | None = None


class MetricQuery(Scope):
    """A question about one metric."""

    since: str | None = Field(
        default=None, description="ISO 8601, or a span ago: 30d, 12w, 6mo; default 90 days before `until`"
    )
    until: str | None = Field(default=None, description="the window's end, not in it; default now")
    by: Slice = "org"
    bucket: BucketSize = "none"
    environment: str | None = Field(
        default=None, description="an environment's name; default: every production environment"
    )
    statistic: str | None = Field(default=None, description="p50, p75, p90, p95, mean …; default: the metric's own")
    ladder: str | None = Field(default=None, description="the ladder of bands; default: the configured one")
    profile: str | None = Field(default=None, description="the definition profile; default: the configured one")
