"""The words and bounds of METRICS.md that the truth goes by; written down again here, on purpose."""

import re
from datetime import datetime, timedelta

from streams.simulator.ledger import Deployment, Incident

PRODUCTION = re.compile(r"^(prod|production|live)([-_/ ].*)?$", re.IGNORECASE)
HOTFIX_BRANCH = re.compile(r"^hotfix/")
HOTFIX_LABEL = "hotfix"
REVERTS = re.compile(r"This reverts commit ([0-9a-f]{40})")
INCIDENT_WINDOW = timedelta(hours=24)
FAILURES = ("failure", "error")


def reached_at(deployment: Deployment) -> datetime:
    """When it reached its environment. Raises ValueError where it never did."""
    if deployment.first_success is None:
        raise ValueError(f"{deployment.deployment} never reached {deployment.environment}")
    return deployment.first_success


def resolved_at(incident: Incident) -> datetime | None:
    """When it ended; None while it is open, or open again."""
    at, status = incident.changes[-1]
    return at if status == "resolved" else None


def marked_failed(deployment: Deployment) -> bool:
    """Its sender says that it failed after all: a flag, or a failure as the newest state after a success."""
    return any(s.failed for s in deployment.statuses) or deployment.statuses[-1].state in FAILURES
