"""The truth: METRICS.md applied, slowly and plainly, to what really happened. Numbers from the line must equal it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from statistics import fmean, median

from streams.simulator import flow
from streams.simulator.flow import Observation, Observations
from streams.simulator.happened import Happened
from streams.simulator.rules import FAILURES, PRODUCTION, reached_at, resolved_at


class Truth(Happened):
    """Every number of a simulation."""

    def observations(self, metric: str) -> Observations:
        """All observations of a metric, ordered by time. Raises KeyError for a metric that it doesn't know."""
        return sorted(METRICS[metric][0](self), key=lambda row: (row.at, row.service, row.ref))

    def value(
        self, metric: str, since: datetime, until: datetime, services: Iterable[str] | None = None
    ) -> tuple[float | None, int]:
        """(value, n) over `[since, until)` for some services (all by default); (None, 0) where nothing happened.

        An incident that names several services of the scope is one thing that happened, and counts once; so is a pull
        request. What waits to be deployed waits, however long before the window it was committed.
        """
        scope = set(self.services if services is None else services)
        begins = datetime.min.replace(tzinfo=since.tzinfo) if metric == "undeployed_changes" else since
        rows = [row for row in self._rows(metric) if begins <= row.at < until and row.service in scope]
        if metric in ONCE:
            rows = list({row.ref: row for row in rows}.values())
        values = [row.value for row in rows]
        if not values:
            return None, 0
        if metric == "undeployed_changes":
            return float(len(values)), len(values)
        if metric == "deployment_frequency":
            return len(values) / ((until - since).total_seconds() / 86400), len(values)
        if metric == "deployment_days_per_week":
            return flow.days_per_week([row.at for row in rows], since, until), len(values)
        return METRICS[metric][1](values), len(values)

    def _rows(self, metric: str) -> Observations:
        if metric not in self._cache:
            self._cache[metric] = self.observations(metric)
        return self._cache[metric]

    @cached_property
    def _cache(self) -> dict[str, Observations]:
        return {}

    def deployment_frequency(self) -> Observations:
        return [Observation(o.service, o.at, 1.0, o.deployment.deployment) for o in self.outcomes]

    def change_lead_time(self) -> Observations:
        rows = []
        for (service, _), shipping in self.shipping.items():
            for deployment, commits in zip(shipping.line, shipping.shipped, strict=True):
                at = reached_at(deployment)
                rows += [Observation(service, at, (at - c.committed_at).total_seconds(), c.sha) for c in commits]
        return rows

    def change_fail_rate(self) -> Observations:
        outcomes = [o for o in self.outcomes if not o.is_rollback]
        return [Observation(o.service, o.at, float(o.failed), o.deployment.deployment) for o in outcomes]

    def failed_deployment_recovery_time(self) -> Observations:
        return [
            Observation(o.service, o.recovered_at, (o.recovered_at - o.at).total_seconds(), o.deployment.deployment)
            for o in self.outcomes
            if o.failed and o.recovered_at
        ]

    def deployment_rework_rate(self) -> Observations:
        return [
            Observation(o.service, o.at, float(bool(o.remediation)), o.deployment.deployment) for o in self.outcomes
        ]

    def time_to_restore(self) -> Observations:
        """One per incident and service that it names: the incident was that service's own."""
        rows = []
        for incident in self.ledger.incidents:
            opened, resolved = incident.changes[0][0], resolved_at(incident)
            if resolved:
                seconds = (resolved - opened).total_seconds()
                rows += [Observation(service, resolved, seconds, incident.incident) for service in incident.services]
        return rows

    def deployment_success_rate(self) -> Observations:
        rows = []
        for deployment in self.ledger.deployments:
            if not PRODUCTION.match(deployment.environment):
                continue
            failures = [status.at for status in deployment.statuses if status.state in FAILURES]
            ended = deployment.first_success or (failures[-1] if failures else None)
            if ended:
                value = float(deployment.first_success is not None)
                rows += [Observation(service, ended, value, deployment.deployment) for service in deployment.services]
        return rows


Aggregate = Callable[[list[float]], float]
METRICS: dict[str, tuple[Callable[[Truth], Observations], Aggregate]] = {
    "deployment_frequency": (Truth.deployment_frequency, fmean),
    "change_lead_time": (Truth.change_lead_time, median),
    "change_fail_rate": (Truth.change_fail_rate, fmean),
    "failed_deployment_recovery_time": (Truth.failed_deployment_recovery_time, median),
    "deployment_rework_rate": (Truth.deployment_rework_rate, fmean),
    "time_to_restore": (Truth.time_to_restore, fmean),
    "deployment_success_rate": (Truth.deployment_success_rate, fmean),
    "deployment_days_per_week": (Truth.deployment_frequency, fmean),
    "batch_size": (flow.batch_size, median),
    "coding": (flow.coding, median),
    "pickup": (flow.pickup, median),
    "review": (flow.review, median),
    "merge": (flow.merge, median),
    "deploy": (flow.deploy, median),
    "undeployed_changes": (flow.undeployed_changes, fmean),
}
ONCE = ("time_to_restore", "coding", "pickup", "review", "merge")
"""What several services share counts once in a scope."""
