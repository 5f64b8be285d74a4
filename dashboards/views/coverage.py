"""Coverage, for when a number looks odd: every reason that one is missing or partial, by service, and what mends it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboards import address, data, filters, format, gaps, navigation, words
from dashboards.components import frame, tables
from models.results import MetricInfo

PAGE = navigation.Place("Coverage", "Operate", ":material/rule:", order=80)
EVERY = ""
SERVICES = {
    "service": pl.String, "numbers": pl.String, "team": pl.String, "deployments": pl.Int64,
    "known": pl.String, "missing": pl.Int64, "left_out": pl.Int64, "last": pl.Datetime("us"),
}  # fmt: skip
COMMAND = re.compile(r" \(`leadline [^`]+`\)")
"""As the advice of the read API names what to run."""


def render() -> None:
    """All services, or the one that the URL names."""
    rows, summary = data.coverage()
    infos = data.metric_infos()
    chosen = next((row for row in rows if row["service"] == address.get("service")), None)
    if chosen is not None:
        _one(chosen, infos)
        return
    frame.title("Coverage")
    frame.answer(gaps.sentence(rows, {name: words.short(each) for name, each in infos.items()}))
    _whole_line(summary)
    shown = _choose(rows)
    _reasons(shown, infos, address.get("reason"))
    _services(shown)


def _choose(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of the team, with the reason, that the URL names."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        teams = sorted({row["team"] for row in rows if row["team"]})
        team = filters.choose("team", "Team", [EVERY, *teams], EVERY, lambda name: name or "All teams", width=170)
        kinds = [each.gap for each in gaps.reasons(rows)]
        reason = filters.choose(
            "reason", "Reason", [EVERY, *kinds], EVERY, lambda name: gaps.title(name) if name else "Any, or none",
            width=230,
        )  # fmt: skip
    return [
        row for row in rows
        if (not team or row["team"] == team) and (not reason or any(gap["gap"] == reason for gap in row["gaps"]))
    ]  # fmt: skip


def _whole_line(summary: Mapping[str, Any]) -> None:
    """What is nobody's: it concerns every number."""
    if summary["advice"]:
        with st.container(border=True, gap="xsmall", key="everywhere"):
            for advice in summary["advice"]:
                st.markdown(f":material/lightbulb: {words.prose(advice)}")


def _reasons(rows: Sequence[Mapping[str, Any]], infos: Mapping[str, MetricInfo], chosen: str) -> None:
    """Every reason, or the chosen, what it hurts, where: the one that makes most numbers missing first."""
    found = [each for each in gaps.reasons(rows) if chosen in ("", each.gap)]
    if not found:
        return
    tables.heading("Why are numbers missing or partial?", "reasons", _flat(rows))
    for each in found:
        with st.container(border=True, gap="xsmall", key=f"reason-{each.gap}"):
            badges = " ".join(gaps.badge(name) for name in gaps.EFFECTS if each.effects[name])
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.markdown(f"{badges} **{each.title}**", width="content")
                where = each.services[0] if len(each.services) == 1 else format.plural(len(each.services), "service")
                navigation.link("coverage", f"in {where}", query=address.current(reason=each.gap), width="content")
            if affected := _names(each.affects, infos):
                st.caption(f"Numbers that it touches: {affected}")
            _mend(each.do[0], f"in {each.services[0]}, " if len(set(each.do)) > 1 else "")


def _services(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        if data.services().is_empty():
            frame.empty("No service is known yet.", frame.FIRST_STEP)
        else:
            frame.empty("No service is like that.", "Choose another team or reason.")
        return
    table = pl.DataFrame([_service(row) for row in rows], schema=SERVICES)
    columns = st.column_config
    counted = {
        "deployments": ("Deployments", 95), "missing": ("Missing commits", 125), "left_out": ("Left out", 75),
    }  # fmt: skip
    opened = tables.table(
        "Which services?", table, "coverage",
        {
            "numbers": columns.TextColumn("Its numbers", width=220),
            "team": columns.TextColumn("Team", width=90),
            **{name: columns.NumberColumn(label, format="localized", width=w) for name, (label, w) in counted.items()},
            "known": columns.TextColumn("Known SHA", alignment="right", width=90),
            "last": columns.DatetimeColumn("Last event", format=tables.MINUTES, width=150),
        },
        pl.DataFrame([{**row, **_words(row)} for row in rows], infer_schema_length=None),
        tables.Opens("service", "Service", "Opens its reasons"),
    )  # fmt: skip
    st.caption(
        "Known SHA: deployments whose commits are known. Commits missing: cut from pushes. "
        "Left out: durations below zero."
    )
    if opened is not None:
        address.step(service=table["service"][opened])


def _service(row: Mapping[str, Any]) -> dict[str, Any]:
    ratio = row["known_sha_ratio"]
    return {
        "service": row["service"], "team": row["team"] or format.NONE, "numbers": gaps.effects(row),
        "deployments": row["deployments"],
        "known": format.NONE if ratio is None else format.percent(ratio), "missing": row["missing_commits"],
        "left_out": gaps.left_out(row), "last": _last(row),
    }  # fmt: skip


def _words(row: Mapping[str, Any]) -> dict[str, str]:
    """The lists of a row as text, for a download."""
    return {
        "repositories": " ".join(row["repositories"]), "environments": " ".join(row["environments"]),
        "unknown_in": " ".join(row["unknown_in"]), "gaps": " ".join(gap["gap"] for gap in row["gaps"]),
        "advice": "; ".join(row["advice"]),
        "last_events": "; ".join(f"{each['source']} {each['kind']} {each['at']}" for each in row["last_events"]),
    }  # fmt: skip


def _flat(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """A row per service and reason, for a download."""
    flat = [
        {"service": row["service"], "team": row["team"], **gap, "affects": " ".join(gap["affects"])}
        for row in rows for gap in row["gaps"]
    ]  # fmt: skip
    return pl.DataFrame(flat, infer_schema_length=None)


def _last(row: Mapping[str, Any]) -> Any:
    return data.local_of(max((each["at"] for each in row["last_events"]), default=None))


def _one(row: Mapping[str, Any], infos: Mapping[str, MetricInfo]) -> None:
    """A service: each reason with the numbers it hurts and what mends it, and when each sender last said something."""
    frame.title(f"Coverage of {row['service']}")
    frame.answer(gaps.of_one(row))
    for gap in row["gaps"]:
        _gap(gap, row["service"], infos)
    _events(row)
    with st.container(horizontal=True, vertical_alignment="center", key="ways-out"):
        back = address.current(service=None)
        navigation.link("coverage", "All services", icon=":material/arrow_back:", query=back)
        navigation.link("dora", "Its DORA", icon=":material/speed:", query={"service": row["service"]})


def _gap(gap: Mapping[str, Any], service: str, infos: Mapping[str, MetricInfo]) -> None:
    with st.container(border=True, gap="xsmall", key=f"gap-{gap['gap']}"):
        st.markdown(f"{gaps.badge(gap['effect'])} **{words.prose(gap['what'])}**")
        affected = [name for name in gap["affects"] if name in infos]
        if affected:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.caption("Numbers that it touches:", width="content")
                for name in affected:
                    query = {"metric": name, "service": service}
                    navigation.link(words.page_of(name), words.short(infos[name]), query=query, width="content")
        _mend(gap["do"])


def _mend(do: str, where: str = "") -> None:
    """What mends a gap, and each command to run as something to copy."""
    todo = where + COMMAND.sub("", do).strip()
    said = words.prose(todo[0].upper() + todo[1:])
    commands = [command.strip(" ()`") for command in COMMAND.findall(do)]
    st.markdown(f":material/build: {f'{said}:' if commands else words.ended(said)}")
    for command in commands:
        st.code(command, language="bash", wrap_lines=True)


def _events(row: Mapping[str, Any]) -> None:
    if not row["last_events"]:
        st.subheader("When did each sender last say something?", anchor=False)
        st.markdown("Never: no sender has told of this service yet; only the catalog knows it.")
        return
    events = pl.DataFrame(
        [
            {
                "source": each["source"], "kind": each["kind"], "at": data.local_of(each["at"]),
                "ago": f"{format.since(data.moment(each['at']))} ago",
            }
            for each in row["last_events"]
        ]
    )  # fmt: skip
    columns = st.column_config
    tables.table(
        "When did each sender last say something?", events, "last-events",
        {
            "source": columns.TextColumn("Source"), "kind": columns.TextColumn("What"),
            "at": columns.DatetimeColumn("Last", format=tables.MINUTES), "ago": columns.TextColumn("How long ago"),
        },
    )  # fmt: skip


def _names(names: Sequence[str], infos: Mapping[str, MetricInfo]) -> str:
    return ", ".join(words.short(infos[name]) for name in names if name in infos)
