"""Gaps in what is known: why a number is missing or partial, which ones, and what mends it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from warehouse.metrics.reasons import many

Effect = Literal["missing", "partial", "apart"]
"""`missing`: no value; `partial`: something is left out of it; `apart`: whole, but not where people look for it."""
Row = Mapping[str, Any]

DEPLOYED = (
    "deployment_frequency", "deployment_days_per_week", "change_fail_rate", "deployment_rework_rate",
    "failed_deployment_recovery_time",
)  # fmt: skip
SHIPPED = ("change_lead_time", "batch_size", "undeployed_changes", "deploy")
REVIEWED = ("coding", "pickup", "review", "merge")
BACKFILL = "backfill its history (`leadline backfill git PATH --service {service}`)"


class Gap(NamedTuple):
    """One reason. The field names are those of the read API."""

    gap: str
    """Which kind, the same for every service."""
    effect: Effect
    n: int
    """How many things it is about."""
    of: int | None
    """Out of how many; None where that has no meaning."""
    what: str
    do: str
    affects: tuple[str, ...]
    """The metrics that it makes missing or partial."""

    def advice(self) -> str:
        return f"{self.what}: {self.do}"


def of_service(row: Row) -> list[Gap]:
    """The gaps of one row of query `coverage`: what is missing before what is partial."""
    found = [*_deployments(row), *_commits(row), *_clocks(row), *_failures(row), *_pull_requests(row), *_place(row)]
    order = ("missing", "partial", "apart")
    return sorted((gap for gap in found if gap.n), key=lambda gap: order.index(gap.effect))


def _deployments(row: Row) -> Iterator[Gap]:
    """Why there is nothing, or not all, to count."""
    seen, production, live = row["deployments"], row["production_deployments"], row["production_succeeded"]
    if not seen:
        why = "no deployment has been seen"
        if row["incidents"]:
            why += f", so {many(row['incidents'], 'incident')} can be blamed on none"
        do = "point its deployment webhook here (`leadline sources`), or name this service in its deployments"
        yield Gap("no_deployments", "missing", 1, None, why, do, (*DEPLOYED, "deployment_success_rate", *SHIPPED))
    elif not production:
        what = f"{many(seen, 'deployment')}, none to production, only to {', '.join(row['environments'])}"
        do = "let the sender say which environment is production, or set `production_pattern`"
        yield Gap("no_production", "missing", seen, seen, what, do, (*DEPLOYED, "deployment_success_rate", *SHIPPED))
    elif not live:
        what = f"none of {many(production, 'deployment')} has reached production"
        yield Gap("none_succeeded", "missing", production, production, what, "see why they fail", (*DEPLOYED, *SHIPPED))
    yield Gap(
        "unended_rollouts", "partial", row["unended"], seen,
        f"{many(row['unended'], 'rollout')} began over a day ago and never ended",
        "let the sender say how each ended (success, failure or cancelled)", ("deployment_success_rate",),
    )  # fmt: skip


def _commits(row: Row) -> Iterator[Gap]:
    """Why changes can't be told: SHAs that nobody sent, or that lead nowhere."""
    live = row["succeeded"]
    without = live - row["with_sha"]
    unknown = row["with_sha"] - row["with_known_sha"] - row["partly_known_sha"]
    where = " and ".join((row["unknown_in"] or row["repositories"])[:3]) or "its repository"
    history = BACKFILL.format(service=row["service"])
    lost: Effect = "missing" if not row["with_known_sha"] + row["partly_known_sha"] else "partial"
    yield Gap(
        "no_sha", lost, without, live, f"{without:,} of {many(live, 'deployment')} without a commit SHA",
        "let the sender say `sha`", SHIPPED,
    )  # fmt: skip
    push = f"enable the push webhook of {where}"
    if unknown and not row["has_commits"]:
        push = f"no push of {where} was ever seen: enable its push webhook"
    yield Gap(
        "unknown_sha", lost, unknown, live,
        f"{unknown:,} of {many(live, 'deployment')} of a SHA that no push delivered", f"{push}, or {history}", SHIPPED,
    )  # fmt: skip
    partly = row["partly_known_sha"]
    yield Gap(
        "partly_known_sha", "partial", partly, live,
        f"{many(partly, 'deployment')} of several repositories, of which some are unknown",
        f"enable the push webhook of {' and '.join(row['repositories']) or 'each'}", SHIPPED,
    )  # fmt: skip
    first = row["baselines"] if row["baselines"] == row["production_succeeded"] else 0
    yield Gap(
        "only_baseline", "missing", first, None, "only its first deployment has been seen, and what was live before "
        "is unknown", f"wait for the next one, or {history}", SHIPPED,
    )  # fmt: skip
    cut, lists = row["missing_commits"], row["truncated_pushes"]
    yield Gap(
        "truncated_pushes", "partial", lists, row["pushes"],
        f"{many(cut, 'commit')} cut from {many(lists, 'push notification')}", history, SHIPPED,
    )  # fmt: skip
    unheard = row["undescribed_commits"]
    yield Gap(
        "undescribed_commits", "partial", unheard, None, f"{many(unheard, 'commit')} known only as a parent of others, "
        "so without a time", history, SHIPPED,
    )  # fmt: skip
    pathless = row["commits_without_paths"]
    yield Gap(
        "commits_without_paths", "partial", pathless, None, f"{many(pathless, 'commit')} in a shared repository, and "
        "nobody told which files they touch", history, SHIPPED,
    )  # fmt: skip


def _clocks(row: Row) -> Iterator[Gap]:
    """Durations below zero are left out."""
    told = {
        "negative_lead_times": (("change_lead_time",), "commit", "dated after the deployment that shipped them"),
        "negative_recoveries": (("failed_deployment_recovery_time",), "recovery", "before its failure"),
        "negative_incidents": (("time_to_restore",), "incident", "resolved before it was opened"),
    }
    for name, (affects, thing, how) in told.items():
        n = row[name]
        things = "recoveries" if thing == "recovery" and n != 1 else thing if n == 1 else f"{thing}s"
        what = f"{n:,} {things} {how}, left out"
        yield Gap(name, "partial", n, None, what, "compare the clocks of its senders", affects)


def _failures(row: Row) -> Iterator[Gap]:
    """What is open is shown as open, not as zero; and what no incident tool tells of can't be seen to fail."""
    yield Gap(
        "unrecovered_failures", "partial", row["unrecovered"], None,
        f"{many(row['unrecovered'], 'failed deployment')} not recovered yet",
        "resolve its incident, or deploy with `fixes`", ("failed_deployment_recovery_time",),
    )  # fmt: skip
    yield Gap(
        "open_incidents", "partial", row["open_incidents"], row["incidents"],
        f"{many(row['open_incidents'], 'incident')} not resolved yet", "resolve what is over", ("time_to_restore",),
    )  # fmt: skip
    yield Gap(
        "unopened_incidents", "partial", row["unopened_incidents"], row["incidents"],
        f"{many(row['unopened_incidents'], 'incident')} of which nobody told when it opened",
        "let the incident tool send openings too", ("time_to_restore",),
    )  # fmt: skip
    yield Gap(
        "no_incidents", "missing", int(row["production_succeeded"] > 0 and not row["incidents"]), None,
        "no incident has ever named it, so only rollbacks, reverts and marks show failures",
        "bind the incident tool's service to it by annotation (`pagerduty.com/service-id`)", ("time_to_restore",),
    )  # fmt: skip


def _pull_requests(row: Row) -> Iterator[Gap]:
    where = " and ".join(row["repositories"][:3])
    unheard = int(bool(where) and row["deployments"] > 0 and not row["pull_requests"])
    yield Gap(
        "no_pull_requests", "missing", unheard, None, f"no pull request of {where} has been seen",
        "enable its pull request and review webhooks", (*REVIEWED, "deploy"),
    )  # fmt: skip
    merged, unread = row["merged_pull_requests"], row["merged_without_review"]
    lost: Effect = "missing" if unread == merged else "partial"
    yield Gap(
        "merged_without_review", lost, unread, merged,
        f"{unread:,} of {many(merged, 'merged pull request')} without a review",
        "enable the review webhook, unless nobody reviews there", ("pickup", "review", "merge"),
    )  # fmt: skip


def _place(row: Row) -> Iterator[Gap]:
    """Where a service can't be found by its team."""
    yield Gap(
        "not_in_catalog", "apart", int(not row["in_catalog"]), None, "not in the catalog, so in no team's numbers",
        "write a catalog-info.yaml for it", (),
    )  # fmt: skip
    yield Gap(
        "no_owner", "apart", int(row["in_catalog"] and not row["team"]), None,
        "nobody owns it, so in no team's numbers", "give its component an owner", (),
    )  # fmt: skip


def of_all(summary: Row) -> list[str]:
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
