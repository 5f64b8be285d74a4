"""Commit: which deployment shipped it where, and why; or why not yet. Found by a SHA, whole or abbreviated."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboards import address, data, format, navigation, words
from dashboards.components import frame, tables
from models.errors import BadQueryError

PAGE = navigation.Place("Commit", "Teams", ":material/commit:", order=28)
SHORT = 10
"""Characters of a SHA on the page."""
NEWEST = 20
"""How many of the commits that went live last are offered."""
ANY_TIME = "2000-01-01"
VERDICTS = {
    "shipped": "shipped", "squash": "shipped as a squash", "copy": "shipped as a copy", "baseline": "already live",
    "merge": "merge, no change", "exchanged": "stands for others", "other_paths": "other paths",
    "no_paths": "paths unknown", "merge_no_paths": "merge, no change", "undescribed": "time unknown",
}  # fmt: skip
"""`because` → what became of a commit, in two or three words; the API explains each in a sentence."""
MOST_PLACES = 40


def render() -> None:
    """The commit that parameter `sha` names, under a box to look for another."""
    sha = address.get("sha").strip().lower()
    frame.title(f"Commit {sha[:SHORT]}" if sha else "Commit")
    if not sha:
        _newest()
        return
    try:
        found = data.commits(sha)
    except BadQueryError as error:
        what = words.escape(error.message[0].upper() + error.message[1:])
        frame.answer(words.ended(f"**{what}:** {words.prose(error.hint)}"))
        _search()
        navigation.link("coverage", "Which pushes are missing?", icon=":material/rule:")
        return
    if len(found) > 1:
        frame.answer(f"**{len(found)} commits** begin with {words.escape(sha)}: {_places_of(found)}.")
        _search()
    for one in found:
        _one(one, alone=len(found) == 1)
    if any(address.get(name) for name in ("id", "commit", "incident")):
        back = address.current(sha=None)
        navigation.link("deployment", "Back to the deployment", icon=":material/arrow_back:", query=back)


def _search() -> None:
    def changed() -> None:
        address.put("sha", str(st.session_state["search-sha"]).strip())

    st.session_state["search-sha"] = address.get("sha")
    st.text_input(
        "Which commit?", key="search-sha", on_change=changed, icon=":material/search:", width=520,
        placeholder="a SHA, or its first 7 characters or more",
    )  # fmt: skip


def _newest() -> None:
    """Without a commit: those that went live last."""
    page = data.evidence("change_lead_time", NEWEST, since=ANY_TIME)
    if not page.rows:
        frame.answer("**No commit has been followed to production yet.** Coverage says why.")
        _search()
        navigation.link("coverage", "Why is that?", icon=":material/rule:")
        return
    last = page.rows[0]
    frame.answer(
        f"The last commit to reach production is **{last.ref[:SHORT]}** of **{words.escape(last.service or '')}**, "
        f"live since {format.moment(last.at, data.zone())}, {format.duration(last.value)} after it was written."
    )
    _search()
    rows = pl.DataFrame(
        [
            {
                "sha": row.ref[:SHORT], "service": row.service, "at": data.local(row.at),
                "lead": format.duration(row.value), "because": row.because,
            }
            for row in page.rows
        ]
    )  # fmt: skip
    columns = st.column_config
    opened = tables.table(
        "Which went live last?", rows, "newest-commits",
        {
            "service": columns.TextColumn("Service"), "at": columns.DatetimeColumn("Live", format=tables.MINUTES),
            "lead": columns.TextColumn("Lead time", alignment="right"),
            "because": columns.TextColumn("Why it counts", width="large"),
        },
        opens=tables.Opens("sha", "Commit", "Opens where it is live, and why", 120),
    )  # fmt: skip
    if opened is not None:
        address.step(sha=page.rows[opened].ref)


def _places_of(found: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(words.escape(each["repository"]) for each in found))


def _one(one: Mapping[str, Any], alone: bool) -> None:
    if alone:
        frame.answer(sentence(one))
        _search()
    else:
        st.subheader(f"{one['sha'][:SHORT]} in {one['repository']}", anchor=False)
        st.markdown(sentence(one))
    _facts(one)
    _places(one)
    _pull_requests(one["pull_requests"])


def sentence(one: Mapping[str, Any]) -> str:
    """Where the commit counts as a change, or why nowhere."""
    counted = [each for each in one["deployments"] if each["counted"]]
    counted.sort(key=lambda each: (not each["production"], each["at"]))
    waits = sum(1 for each in one["absent"] if each["production"])
    rest = f" {format.plural(waits, 'service')} of its repository still without it in production." if waits else ""
    if not counted:
        places = one["deployments"]
        why = places[0]["explanation"] if places else one["reason"]
        return words.ended(f"{'It is live, but ' if places else ''}{words.prose(why)}") + rest
    first = counted[0]
    where = f"**{words.escape(first['service'])}** in {words.escape(first['environment'])}"
    at = format.moment(data.moment(first["at"]), data.zone())
    text = f"Shipped to {where} on {at}"
    if first["lead_time_seconds"] is not None:
        text += f", {format.duration(first['lead_time_seconds'])} after it was written"
    if len(counted) > 1:
        text += f"; and to {format.plural(len(counted) - 1, 'more place')}"
    return f"{text}.{rest}"


def _facts(one: Mapping[str, Any]) -> None:
    written = format.moment(data.moment(one["committed_at"]), data.zone())
    with st.container(border=True, gap="xsmall", key=f"facts-{one['repository']}"):
        st.markdown(f"**{words.escape(one['title'] or 'Nobody described this commit')}**")
        st.markdown(f":gray[{words.escape(one['repository'])} · committed {written}] `{one['sha']}`")
        related = [("Parent", sha) for sha in one["parents"] or ()] + [("Reverts", sha) for sha in one["reverts"] or ()]
        if related:
            with st.container(horizontal=True, gap="small"):
                for word, sha in related:
                    label = f"{word} {sha[:SHORT]}"
                    navigation.link("commit", label, icon=":material/commit:", query={"sha": sha}, width="content")


def _places(one: Mapping[str, Any]) -> None:
    """Every service and environment: where it is live, why it counts there or not, and where it isn't yet."""
    places = [*one["deployments"], *one["absent"]]
    st.subheader("Where is it, and why?", anchor=False)
    if not places:
        frame.empty(one["reason"], "Coverage says what is missing.")
        return
    for position, each in enumerate(places[:MOST_PLACES]):
        with st.container(border=True, gap="xsmall", key=f"place-{one['repository']}-{position}"):
            st.markdown(_place(each))
            st.markdown(words.ended(words.prose(each["explanation"][0].upper() + each["explanation"][1:])))
            query = {"id": f"{each['source']}:{each['deployment']}", "of": each["service"]}
            label = f"Deployment {words.escape(each['deployment'])}"
            navigation.link("deployment", label, icon=":material/rocket_launch:", query=query)
    if len(places) > MOST_PLACES:
        st.caption(f"and {len(places) - MOST_PLACES} more: `GET /api/v1/commits/{one['sha']}` has all of them")


def _place(each: Mapping[str, Any]) -> str:
    """What became of it there, and how long that took, on one line."""
    where = f"**{words.escape(each['service'])}** in {words.escape(each['environment'])}"
    if "because" not in each:
        return f":gray-badge[not there] {where}"
    kind = each["because"].partition(":")[0]
    colour = "green" if each["counted"] else "gray"
    text = f":{colour}-badge[{VERDICTS.get(kind, kind)}] {where} :gray[· live since "
    text += f"{format.moment(data.moment(each['at']), data.zone())}]"
    if each["counted"] and each["lead_time_seconds"] is not None:
        text += f" · lead time **{format.duration(each['lead_time_seconds'])}**"
    return text


def _pull_requests(pulls: Sequence[Mapping[str, Any]]) -> None:
    if not pulls:
        return
    st.subheader("Which pull request brought it?", anchor=False)
    for each in pulls:
        label = f"{each['repository']}#{each['number']} {each['title'] or ''}".strip()
        merged = f", merged {format.moment(data.moment(each['merged_at']), data.zone())}" if each["merged_at"] else ""
        text = f"{words.escape(label)} :gray[· {each['status']}{merged}]"
        if url := format.safe_url(each["url"]):
            st.page_link(url, label=f"{text} ↗", icon=":material/call_merge:")
        else:
            st.markdown(f":material/call_merge: {text}")
