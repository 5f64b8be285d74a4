"""How a profile sees a metric: which file gives its observations, what the file is bound to, and its own statistic."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from warehouse.metrics.definitions import Definition, Needs
from warehouse.metrics.profiles import Profile

FOLDER = "observations"
RECOVERIES = ("failed_deployment_recovery_time", "time_to_restore")
AVERAGED = {
    "observations": frozenset[str](),
    "services": frozenset({"change_lead_time", "change_fail_rate", *RECOVERIES}),
    "days": frozenset({"change_lead_time", *RECOVERIES}),
}
"""By `Profile.averages`: the metrics that it concerns; counts and rates of days are of everything together."""
Parts = list[tuple[str, str]]


def observations(definition: Definition, profile: Profile) -> Parts:
    """The tables that end in `observations`: the metric's own file, or that of the profile's choice."""
    chosen = _CHOSEN[definition.name](profile) if definition.name in _CHOSEN else []
    return chosen or [("observations", f"metrics/{definition.name}")]


def _lead_time(profile: Profile) -> Parts:
    if profile.lead_time_of == "pull_request":
        return [*_branches("deployed"), ("observations", f"{FOLDER}/lead_time_pull_request")]
    return [("observations", f"{FOLDER}/lead_time_named")] if profile.lead_time_of != "commit" else []


def _coding(_: Profile) -> Parts:
    return [*_branches("open"), ("observations", "metrics/coding")]


def _branches(asked: str) -> Parts:
    """The commits of pull requests' branches: those of the window alone, because the rest is most of the work."""
    return [("asked", f"{FOLDER}/asked_{asked}"), ("branch_commits", f"{FOLDER}/branch_commits")]


def _fail_rate(profile: Profile) -> Parts:
    ours = profile.failures == "evidence" and profile.failures_of == "changes"
    return [] if ours else [_blamed(profile), ("observations", f"{FOLDER}/fail_rate")]


def _recovery(profile: Profile) -> Parts:
    ours = profile.failures == "evidence"
    return _restore(profile) or ([] if ours else [_blamed(profile), ("observations", f"{FOLDER}/recovery_of_failures")])


def _restore(profile: Profile) -> Parts:
    return [("observations", f"{FOLDER}/recovery_of_incidents")] if _of_incidents(profile) else []


def _blamed(profile: Profile) -> tuple[str, str]:
    return "blamed", f"{FOLDER}/blamed/{profile.failures}"


def _of_incidents(profile: Profile) -> bool:
    """Whether a recovery is how long an incident was open, whatever deployment it had to do with."""
    return profile.recovery_from != "failed_deployment"


_CHOSEN: Mapping[str, Callable[[Profile], Parts]] = {
    "change_lead_time": _lead_time,
    "change_fail_rate": _fail_rate,
    "coding": _coding,
    "failed_deployment_recovery_time": _recovery,
    "time_to_restore": _restore,
}


def _once(definition: Definition, profile: Profile) -> bool:
    """Whether what has several rows, one per service, counts once in a slice."""
    if profile.averages == "services" and definition.name in AVERAGED["services"]:
        return False
    return definition.once is not None or (definition.name in RECOVERIES and _of_incidents(profile))


def counting(definition: Definition, profile: Profile, kind: str) -> Literal["each", "once", "once_incidents"]:
    """What counts once in a slice though it has several rows. `kind`: the statistic that is asked for."""
    if _kind(definition, profile, kind) == "ratio" and profile.averages != "services":
        return "once_incidents"
    return "once" if _once(definition, profile) else "each"


def _kind(definition: Definition, profile: Profile, statistic: str) -> str:
    """A profile may divide incidents by deployments."""
    return "ratio" if definition.name == "change_fail_rate" and profile.failures == "incidents" else statistic


def needs(definition: Definition, profile: Profile) -> Needs:
    """What the observations are made of, and so what the reason speaks of where there are none."""
    if definition.name == "change_lead_time" and profile.lead_time_of == "pull_request":
        return "requests"
    return "incidents" if definition.name in RECOVERIES and _of_incidents(profile) else definition.needs


def statistic(definition: Definition, profile: Profile) -> str:
    """The metric's statistic where a question names none."""
    return {
        "deployment_frequency": profile.frequency,
        "change_lead_time": profile.lead_time,
        "failed_deployment_recovery_time": profile.recovery,
        "time_to_restore": profile.restore,
    }.get(definition.name, definition.statistics[0])


def aggregate(definition: Definition, profile: Profile, statistic: str, is_quantile: bool) -> Parts:
    """The tables from `counted` (or `together`, where parts of a slice are averaged) to `statistic`."""
    engine = "queries/engine"
    kind = f"quantile{'_lower' if profile.median == 'lower' else ''}" if is_quantile else statistic
    kind = _kind(definition, profile, kind)
    file, rows = f"{engine}/statistics/{kind}", f"{engine}/{counting(definition, profile, kind)}"
    if definition.name not in AVERAGED[profile.averages]:
        return [("counted", rows), ("statistic", file)]
    whole = "mean" if profile.averages == "services" else "median"
    parts = [("together", rows), ("counted", f"{engine}/parts/{profile.averages}"), ("of_part", file)]
    return [*parts, ("statistic", f"{engine}/parts/{whole}")]


def bindings(profile: Profile) -> Mapping[str, Any]:
    """What the files bind of the profile."""
    return {
        "week_shift": int(profile.week_starts == "sunday"),
        "partial_weeks": profile.partial_weeks,
        "lower_median": profile.median == "lower",
        "all_environments": profile.environments == "all",
        "whole_push": profile.lead_time_of == "push",
        "parts": list(profile.lead_time_parts),
        "lead_time_at": profile.lead_time_at,
        "lead_time_once": profile.lead_time_once,
        "minutes": profile.lead_time_minutes,
        "failures": profile.failures,
        "failures_of": profile.failures_of,
        "recovery_from": profile.recovery_from,
        "recovery_at": profile.recovery_at,
        "hours": profile.recovery_hours,
    }
