"""Findings in words, by rules and not by a model: what moved most, better or worse, where, on how much evidence.

Texts are Markdown for `st.markdown`; names that came from outside are escaped.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Literal

from dashboards import colours, format
from models.results import MetricInfo, MetricResult

Direction = Literal["better", "worse", "unchanged"]

FIVE = (
    "deployment_frequency", "change_lead_time", "change_fail_rate", "failed_deployment_recovery_time",
    "deployment_rework_rate",
)  # fmt: skip
"""DORA's five, in the order that pages show them."""
DORA = (*FIVE, "time_to_restore", "deployment_success_rate")
STAGES = ("coding", "pickup", "review", "merge", "deploy")
"""Of a pull request, one after the other."""
FLOW = (*STAGES, "batch_size", "undeployed_changes", "deployment_days_per_week")
SHORT = {
    "deployment_frequency": "Deployments", "change_lead_time": "Lead time", "change_fail_rate": "Fail rate",
    "failed_deployment_recovery_time": "Recovery", "deployment_rework_rate": "Rework",
    "time_to_restore": "Time to restore", "deployment_success_rate": "Success rate", "coding": "Coding",
    "pickup": "Pickup", "review": "Review", "merge": "Merge", "deploy": "Deploy",
    "undeployed_changes": "Undeployed", "deployment_days_per_week": "Deployment days",
}  # fmt: skip
"""Titles for narrow places; a metric that isn't here is shown by its own."""
OWN = "leadline"
"""The profile of our own definitions."""
SAME = 0.05
"""Moves of less than this share of the value are no news."""
ENOUGH = 100
"""From this many observations on, more of them make a move no more credible."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$:~])")


@dataclass(frozen=True, slots=True)
class Move:
    """How one metric of one slice moved against the window before."""

    metric: MetricInfo
    result: MetricResult

    @property
    def direction(self) -> Direction:
        return direction(self.metric, self.result)

    @property
    def weight(self) -> float:
        """How much of news it is: the size of the move, by the evidence for it."""
        now, before = self.result.value, self.result.previous
        if now is None or before is None or self.direction == "unchanged":
            return 0.0
        if self.metric.unit == "ratio":  # told in points, and so weighed: from 2 to 6 % is less than from 6 to 16 %
            size = abs(now - before) * 10
        else:
            size = abs(log(now / before)) if now > 0 and before > 0 else 1.0
        return min(size, 1.5) * sqrt(min(self.result.n, ENOUGH) / ENOUGH)


def escape(text: str) -> str:
    """Text from outside as Markdown that shows it and does nothing else."""
    return _SPECIAL.sub(r"\\\1", text)


def prose(text: str) -> str:
    """A sentence from the read API: escaped, but `code` stays code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(f"`{part}`" if i % 2 else escape(part) for i, part in enumerate(parts))


def ended(sentence: str) -> str:
    """With a full stop, unless it ends with a mark of its own."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def short(metric: MetricInfo) -> str:
    return SHORT.get(metric.name, metric.title)


def page_of(name: str) -> str:
    """The page that explores a metric."""
    return "flow" if name in FLOW else "dora"


def direction(metric: MetricInfo, result: MetricResult) -> Direction:
    """Better or worse than the window before, by the metric's own idea of it."""
    now, before = result.value, result.previous
    if now is None or before is None or abs(now - before) <= SAME * max(abs(before), abs(now)):
        return "unchanged"
    return "better" if (now > before) == (metric.better == "higher") else "worse"


def change(metric: MetricInfo, result: MetricResult) -> str:
    """−31 % better, +9 points worse, about the same; empty where there is nothing to compare with."""
    if result.value is None or result.previous is None:
        return ""
    way = direction(metric, result)
    if way == "unchanged":
        return "about the same"
    return f"{format.change(result.value, result.previous, metric.unit)} {way}"


def moved(metric: MetricInfo, result: MetricResult) -> str:
    """fell to 1 d 4 h (−31 %, better)"""
    now, before = result.value, result.previous
    if now is None:
        return "has no value"
    if before is None or direction(metric, result) == "unchanged":
        return f"is {format.value(now, metric.unit)}" + (", about the same" if before is not None else "")
    verb = "rose" if now > before else "fell"
    way = direction(metric, result)
    colour = colours.DIRECTIONS[way]
    by = format.change(now, before, metric.unit)
    return f"{verb} to **{format.value(now, metric.unit)}** (:{colour}[{by}, {way}])"


def headline(whole: Sequence[Move], parts: Sequence[Move], window: str) -> str:
    """One or two sentences for the overview. `whole`: the organisation's metrics; `parts`: the teams'."""
    told = [move for move in whole if move.result.value is not None]
    if not told:
        reason = next((move.result.reason for move in whole if move.result.reason), "no deployment has been seen yet")
        return ended(f"There is nothing to say yet about {window}: {prose(reason)}")
    if all(move.result.previous is None for move in told):
        values = "; ".join(_now(move) for move in told)
        return f"Over {window}: {values}. What was before isn't known, so nothing can have moved."
    lead = max(told, key=lambda move: move.weight)
    if lead.weight == 0:
        first = f"Nothing moved by more than {format.percent(SAME)} over {window}"
    else:
        first = f"{lead.metric.title} {moved(lead.metric, lead.result)} over {window}"
        first += _most(lead, parts)
    others = [move for move in parts if move.metric.name != lead.metric.name]
    return f"{first}. {_counterpoint(lead, others)}".strip()


def _most(lead: Move, parts: Iterable[Move]) -> str:
    """, most in Search: where the same move is greatest."""
    same = [p for p in parts if p.metric.name == lead.metric.name and p.direction == lead.direction and p.weight > 0]
    if not same:
        return ""
    return f", most in {_name(max(same, key=lambda move: move.weight))}"


def _counterpoint(lead: Move, others: Sequence[Move]) -> str:
    """The strongest move among teams in the other direction, and who shares it."""
    wanted: Direction = "better" if lead.direction == "worse" else "worse"
    against = [m for m in others if m.direction == wanted and m.result.n >= format.SMALL_N]
    if not against:
        return "No team got worse in a way that the numbers can carry." if wanted == "worse" else ""
    top = max(against, key=lambda move: move.weight)
    peers = [m for m in against if m.metric.name == top.metric.name and m.weight >= top.weight / 2]
    peers.sort(key=lambda move: -move.weight)
    verb = "rose" if (top.result.value or 0) > (top.result.previous or 0) else "fell"
    colour = colours.DIRECTIONS[wanted]
    where = " and ".join(_with_numbers(move) for move in peers[:2])
    return f"{top.metric.title} {verb} in {where}: :{colour}[{wanted}]."


def _now(move: Move) -> str:
    return f"{short(move.metric).lower()} {format.value(move.result.value, move.metric.unit)}"


def _with_numbers(move: Move) -> str:
    unit = move.metric.unit
    before, now = format.value(move.result.previous, unit), format.value(move.result.value, unit)
    return f"{_name(move)} ({before} → {now}, {format.sample(move.result.n)})"


def _name(move: Move) -> str:
    return f"**{escape(move.result.key)}**"


def finding(metric: MetricInfo, result: MetricResult, where: str, window: str, profile: str = OWN) -> str:
    """The sentence over a trend: what the number is now, how it moved, on how much evidence."""
    if result.value is None:
        why = prose(result.reason or "no data")
        return ended(f"{metric.title} of {escape(where)} has no value over {window}: {why}")
    if metric.aggregate == "count":
        return f"{metric.title} of {escape(where)}: **{format.value(result.value, metric.unit)}** over {window}."
    text = f"{metric.title} of {escape(where)} {moved(metric, result)} over {window}"
    return f"{text}, on {evidence(metric, result.n, profile)}."


def flow(stages: Sequence[Move], waiting: Move, oldest: float | None, where: str, window: str) -> str:
    """Which stage takes most and how it moved, and what waits. `oldest`: seconds that the oldest change has waited."""
    told = [move for move in stages if move.result.value is not None]
    if not told:
        reason = next((move.result.reason for move in stages if move.result.reason), "no data")
        return ended(f"No pull request of {escape(where)} tells where the time goes over {window}: {prose(reason)}")
    longest = max(told, key=lambda move: move.result.value or 0.0)
    total = sum(move.result.value or 0.0 for move in told)
    share = format.percent((longest.result.value or 0.0) / total) if total else format.NONE
    text = (
        f"In {escape(where)}, most of a change's way to production is **{short(longest.metric).lower()}** ({share}), "
    )
    text += f"whose median {moved(longest.metric, longest.result)} over {window}"
    many = waiting.result.value
    if not many:
        return f"{text}. Nothing waits to be deployed."
    rest = f", the oldest for **{format.duration(oldest)}**" if oldest is not None else ""
    return (
        f"{text}. **{format.plural(round(many), 'change')}** {'waits' if many == 1 else 'wait'} to be deployed{rest}."
    )


def noun(metric: MetricInfo) -> str:
    """What a metric observes: a commit, a deployment, an incident."""
    return NOUNS.get(metric.name, "observation")


def few(metric: MetricInfo, n: int) -> bool:
    """Whether so few observations are read with care; a count is what it is."""
    return 0 < n < format.SMALL_N and metric.aggregate != "count"


def evidence(metric: MetricInfo, n: int, profile: str = OWN) -> str:
    """412 commits; 3 deployments (read with care). What another tool's definitions observe has no name here."""
    return format.plural(n, noun(metric) if profile == OWN else "observation") + (
        f" (few: {format.CARE})" if few(metric, n) else ""
    )


NOUNS: Mapping[str, str] = {
    "deployment_frequency": "deployment", "change_lead_time": "commit", "change_fail_rate": "deployment",
    "failed_deployment_recovery_time": "recovery", "deployment_rework_rate": "deployment",
    "time_to_restore": "incident", "deployment_success_rate": "rollout",
    **dict.fromkeys(("coding", "pickup", "review", "merge", "deploy"), "pull request"), "batch_size": "deployment",
    "undeployed_changes": "waiting commit", "deployment_days_per_week": "deployment",
}  # fmt: skip
"""What a metric observes."""
