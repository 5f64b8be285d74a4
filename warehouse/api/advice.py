"""What to do about gaps in what is known. Pure."""

from collections.abc import Mapping
from typing import Any

from warehouse.metrics.reasons import many


def of_service(row: Mapping[str, Any]) -> list[str]:
    """Advice on one row of query `coverage`, the most useful first."""
    where = " and ".join(row["repositories"][:3]) or "its repository"
    without_sha = row["succeeded"] - row["with_sha"]
    unknown = row["with_sha"] - row["with_known_sha"]
    anomalies = row["negative_lead_times"] + row["negative_recoveries"] + row["negative_incidents"]
    said = {
        "no deployment has been seen: point its deployment webhook here (`leadline sources`)": not row["deployments"],
        f"{many(without_sha, 'deployment')} without a commit SHA: let the sender say `sha`": without_sha,
        f"{many(unknown, 'deployment')} of a SHA that no push delivered: enable the push webhook of {where}": unknown,
        f"{many(row['missing_commits'], 'commit')} cut from {many(row['truncated_pushes'], 'push notification')}: "
        "backfill from git (`leadline backfill git`)": row["truncated_pushes"],
        f"{many(anomalies, 'duration')} below zero left out: compare the clocks of its senders": anomalies,
        "not in the catalog: write a catalog-info.yaml for it": not row["in_catalog"],
        "nobody owns it: give its component an owner": row["in_catalog"] and not row["team"],
    }
    return [text for text, holds in said.items() if holds]


def of_all(summary: Mapping[str, Any]) -> list[str]:
    """Advice on the row of query `coverage_summary`."""
    said = {
        f"{many(summary['incidents_without_service'], 'incident')} without a service: bind the incident tool's "
        "services by annotation (pagerduty.com/service-id)": summary["incidents_without_service"],
        f"{many(summary['services_not_in_catalog'], 'service')} not in the catalog: point LEADLINE_CATALOG at their "
        "catalog-info.yaml": summary["services_not_in_catalog"],
        f"{many(summary['services_without_owner'], 'service')} without an owner": summary["services_without_owner"],
        f"{many(summary['dead_letters'], 'dead letter')}: see `leadline dead-letters list`": summary["dead_letters"],
    }
    return [text for text, holds in said.items() if holds]
