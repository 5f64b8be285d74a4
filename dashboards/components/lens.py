"""Through which definitions and bands numbers are seen: parameters `profile` and `ladder` of the URL."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import address, filters
from dashboards.words import OWN as OWN_PROFILE
from dashboards.words import prose
from models.results import MetricAnswer, MetricInfo

OWN = {"ladder": "platform", "profile": OWN_PROFILE}
"""What needs no word where nobody asked for anything else."""
NAMES = {
    "leadline": "Leadline", "platform": "Platform", "dora": "DORA", "devlake": "DevLake", "fourkeys": "Four Keys",
    "pelorus": "Pelorus", "gitlab": "GitLab", "datadog": "Datadog", "middleware": "Middleware", "quick": "Quick",
    "check": "Check",
}  # fmt: skip


def chosen(infos: Mapping[str, MetricInfo]) -> dict[str, str]:
    """What the URL asks for: `ladder` and `profile`, as parameters of the API; empty where it is the configured one."""
    return {name: value if (value := address.get(name)) in known(infos, name) else "" for name in OWN}


def choose(infos: Mapping[str, MetricInfo]) -> dict[str, str]:
    """The widgets, and what they say, as `chosen`."""
    with st.popover("Definitions", icon=":material/tune:", help="Bands and definitions of other tools and years"):
        for name, label, tip in (
            ("ladder", "Bands", "By which bounds a number is Elite, High, Medium or Low; quick-check gives 0 to 10"),
            ("profile", "Definitions", "Whose definitions the numbers follow, to compare with another tool's"),
        ):
            options = known(infos, name)
            own = _configured(infos, name)
            filters.choose(name, label, ["", *options], "", lambda value, own=own: words(value) or own, help=tip)
    return chosen(infos)


def note(answers: Sequence[MetricAnswer], asked: Mapping[str, str], metric: MetricInfo | None = None) -> None:
    """Says by which bands and definitions the numbers are, wherever it isn't Leadline's own.

    `metric`: the one that they are of; what it is by that definition is said too.
    """
    said = []
    for name, text in (("ladder", "bands by"), ("profile", "numbers by the definitions of")):
        used = sorted({getattr(each, name) for each in answers})
        if asked[name] or used != [OWN[name]]:
            said.append(f"{text} **{' and '.join(words(each) for each in used)}**")
    if said:
        text = ", ".join(said)
        meaning = _meaning(metric, answers[0].profile) if metric else ""
        with st.container(key="lens"):
            st.markdown(f":material/tune: {text[0].upper()}{text[1:]}.{meaning}")


def _meaning(metric: MetricInfo, profile: str) -> str:
    """What the metric is by a profile, as the API tells."""
    told = metric.profiles.get(profile, "")
    return f" {prose(told[0].upper() + told[1:])}" if told and profile != OWN["profile"] else ""


def words(name: str) -> str:
    """dora-2024 → DORA 2024"""
    return " ".join(NAMES.get(part, part) for part in name.split("-"))


def known(infos: Mapping[str, MetricInfo], name: str) -> list[str]:
    """Every ladder, or every profile, that the API takes."""
    return list(next((getattr(info, f"{name}s") for info in infos.values()), ()))


def _configured(infos: Mapping[str, MetricInfo], name: str) -> str:
    """What numbers are seen through where nobody chooses."""
    own = next((getattr(info, name) for info in infos.values()), "")
    return f"As configured ({words(own)})" if own else "As configured"
