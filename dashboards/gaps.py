"""Gaps in what is known, as coverage tells them: grouped by reason, and the sentence that says what they do. Pure.

A row is a service of `GET /coverage`; each of its `gaps` has gap, effect (missing | partial | apart), n, of, what, do
and affects.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards import colours, format, words

Row = Mapping[str, Any]
HURTS = ("missing", "partial")
"""Effects that change a number; `apart` only moves it."""
EFFECTS: dict[str, colours.Name] = {"missing": "red", "partial": "yellow", "apart": "gray"}
EFFECT_WORDS = {"missing": "no value", "partial": "partial", "apart": "in no team"}
UNITS = {"sha": "SHA"}
SOME = 0.05
"""The share that a gap leaves out where nobody knows of how many."""


@dataclass(slots=True)
class Reason:
    """One kind of gap over all services."""

    gap: str
    services: list[str] = field(default_factory=list)
    effects: Counter[str] = field(default_factory=Counter)
    affects: list[str] = field(default_factory=list)
    do: list[str] = field(default_factory=list)
    weight: float = 0.0
    """How many numbers it hurts: a missing one counts whole, a partial one by the share that is left out."""

    @property
    def title(self) -> str:
        return title(self.gap)


def title(gap: str) -> str:
    """unknown_sha → Unknown SHA"""
    text = " ".join(UNITS.get(word, word) for word in gap.split("_"))
    return f"{text[0].upper()}{text[1:]}"


def badge(effect: str) -> str:
    """What a gap does to its numbers, in a word on its colour (Markdown)."""
    return f":{EFFECTS[effect]}-badge[{EFFECT_WORDS[effect]}]"


def reasons(rows: Iterable[Row]) -> list[Reason]:
    """Every kind of gap: what makes numbers missing first, then by how many services have it."""
    found: dict[str, Reason] = {}
    for row in rows:
        for gap in row["gaps"]:
            reason = found.setdefault(gap["gap"], Reason(gap["gap"]))
            reason.services.append(row["service"])
            reason.effects[gap["effect"]] += 1
            reason.affects += [name for name in gap["affects"] if name not in reason.affects]
            reason.do.append(gap["do"])
            reason.weight += _share(gap) * len(gap["affects"])
    return sorted(found.values(), key=lambda each: (-each.effects["missing"], -len(each.services), each.gap))


def _share(gap: Mapping[str, Any]) -> float:
    if gap["effect"] == "missing":
        return 1.0
    return gap["n"] / gap["of"] if gap["of"] else SOME


def effects(row: Row) -> str:
    """2 no value, 1 partial; whole"""
    counted = Counter(gap["effect"] for gap in row["gaps"])
    said = [f"{counted[effect]} {EFFECT_WORDS[effect]}" for effect in EFFECTS if counted[effect]]
    return ", ".join(said) or "whole"


def left_out(row: Row) -> int:
    """How many durations below zero no number counts."""
    return row["negative_lead_times"] + row["negative_recoveries"] + row["negative_incidents"]


def whole(row: Row) -> bool:
    """Whether nothing is missing from the service's numbers."""
    return not any(gap["effect"] in HURTS for gap in row["gaps"])


def sentence(rows: Sequence[Row], titles: Mapping[str, str]) -> str:
    """How many services have whole numbers, what hurts most, and how many deployments can be followed to their commits.

    `titles`: metric → its short title.
    """
    if not rows:
        return (
            "No service is known yet: nothing was deployed, and no catalog is loaded (`leadline catalog load FOLDER`)."
        )
    good = sum(whole(row) for row in rows)
    if good == len(rows):
        text = f":green[Every number is whole] in {format.plural(len(rows), 'service')}"
    else:
        text = f"**{good or 'None'} of {format.plural(len(rows), 'service')}**"
        text += f" {'have' if good > 1 else 'has'} every number whole"
        text += _worst([row for row in rows if not whole(row)], titles)
    followed, live = sum(row["with_known_sha"] for row in rows), sum(row["succeeded"] for row in rows)
    if not live:
        return f"{text}."
    return (
        f"{text}. **{format.percent(followed / live)}** of {format.plural(live, 'deployment')} lead to known commits."
    )


def _worst(rows: Sequence[Row], titles: Mapping[str, str]) -> str:
    """; most is in the way of lead time, in 3 services: no SHA"""
    worst = max(reasons(rows), key=lambda each: each.weight)
    where = words.escape(worst.services[0]) if len(worst.services) == 1 else f"{len(worst.services)} services"
    touched = [titles[name].lower() for name in worst.affects if name in titles]
    named = touched if len(touched) <= 3 else [*touched[:2], f"{len(touched) - 2} more"]
    told = f", which hurts {format.listed(named)}" if touched else ""
    return f"; most in the way is **{worst.title[0].lower()}{worst.title[1:]}** in {where}{told}"


def of_one(row: Row) -> str:
    """The sentence over one service."""
    name = f"**{words.escape(row['service'])}**"
    if not row["gaps"]:
        return f":green[Every number of {name} is whole.]"
    first = row["gaps"][0]
    more = len(row["gaps"]) - 1
    text = f"{name}: {words.prose(first['what'])}"
    return f"{text}; and {format.plural(more, 'more reason')}." if more else f"{text}."
