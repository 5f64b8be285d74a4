"""One deployment: what it shipped, whether it failed and by which evidence, what mended it, what its sender said."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboards import address, colours, data, format, navigation, words
from dashboards.components import frame, tables
from dashboards.views import commit
from models.errors import BadQueryError

PAGE = navigation.Place("Deployment", "Teams", ":material/rocket_launch:", order=25, hidden=True)
KINDS = {
    "explicit": "Said by the sender", "rollback": "Rolled back", "revert": "Reverted",
    "incident": "Incident soon after",
}  # fmt: skip
RECOVERIES = {
    "incident": "its incidents were resolved", "rollback": "it was rolled back", "revert": "its revert went live",
    "fixes": "the deployment that fixes it went live",
}  # fmt: skip
COMMITS = {
    "sha": pl.String, "title": pl.String, "committed_at": pl.Datetime("us"), "lead": pl.String, "because": pl.String,
}  # fmt: skip


OPENED_BY = ("id", "commit", "incident", "sha")
OPENED_WITH = (*OPENED_BY, "of", "before")
"""Parameters that open a deployment, on this page or in place of another's content."""


def is_open() -> bool:
    """Whether the URL opens a deployment."""
    return any(address.get(name) for name in OPENED_BY)


def render() -> None:
    """Found by `id`, by a `commit` that it shipped, or by an `incident` it is blamed for; `of` a service narrows.

    Parameter `sha` opens one of its commits instead.
    """
    if address.get("sha"):
        commit.render()
        return
    found = _find()
    if not found:
        frame.title("Deployment")
        frame.empty(*_missing())
        _back()
        return
    chosen = next((each for each in found if each["service"] == _service()), found[0])
    frame.title(f"Deployment {chosen['deployment']}")
    frame.answer(_sentence(chosen))
    _facts(chosen)
    if opened := address.get("commit"):
        query = {"sha": opened}
        navigation.link(
            "commit", f"Where else is commit {opened[:10]}, and why?", icon=":material/commit:", query=query
        )
    _others(found, chosen)
    _evidence(chosen)
    _commits(chosen)
    _history(chosen["history"])
    _back()


def _find() -> list[dict[str, Any]]:
    """Every (service, environment) of the deployment that the URL names; none where it is unknown."""
    try:
        if commit := address.get("commit"):
            return data.deployments_of_commit(commit, _service())
        if incident := address.get("incident"):
            return data.deployments_of_incident(incident, _service(), address.get("before"))
        return data.deployment(address.get("id")) if address.get("id") else []
    except BadQueryError:
        return []


def _missing() -> tuple[str, str]:
    """Why there is nothing to show, and what to do."""
    if address.get("incident"):
        return "This incident is not blamed on any deployment.", "It opened longer after one than the incident window."
    return "There is no such deployment.", "Open one from the observations on the DORA page, or check the address."


def _sentence(one: Mapping[str, Any]) -> str:
    where = f"**{words.escape(one['service'])}** in {words.escape(one['environment'])}"
    reached = data.moment(one["first_success_at"])
    if reached is None:
        return f"It never reached {where}: its last status is {words.escape(one['status'])}."
    text = f"Reached {where} on {format.moment(reached, data.zone())} and {_shipped(one)}"
    if not one["failed"]:
        return f"{text}. :green[Nothing says that it failed.]"
    recovered = data.moment(one["recovered_at"])
    if recovered is None:
        return f"{text}. It :red[failed] and has not recovered for {format.since(reached)}."
    took = format.duration((recovered - reached).total_seconds())
    how = RECOVERIES.get(one["recovered_by"], str(one["recovered_by"]))
    return f"{text}. It :red[failed] and :green[recovered] after {took}, when {how}."


def _shipped(one: Mapping[str, Any]) -> str:
    if one["baseline"]:
        return "is the first ever seen there: what was live before is unknown, so it ships nothing"
    if one["rollback"]:
        back = f" to {words.escape(one['returned_to'])}" if one["returned_to"] else ""
        return f"went back{back}, so it shipped nothing new"
    if one["graph"] != "known":
        why = {"no_sha": "its sender names no commit", "unknown": "no push told of its commit"}
        return f"shipped nothing that is known: {why.get(one['graph'], one['graph'])}"
    return f"shipped {format.plural(one['shipped'], 'commit')}"


def _facts(one: Mapping[str, Any]) -> None:
    badges = [f":gray-badge[{words.escape(one['status'])}]"]
    if one["failed"]:
        badges.append(f":{colours.BANDS['Low']}-badge[failed]")
    if one["remediation"]:
        badges.append(f":yellow-badge[repair: {words.escape(one['remediation'])}]")
    if one["version"]:
        badges.append(f":gray-badge[version {words.escape(one['version'])}]")
    if one["ref"]:
        badges.append(f":gray-badge[{words.escape(one['ref'])}]")
    with st.container(horizontal=True, vertical_alignment="center", key="facts"):
        st.markdown(" ".join(badges), width="content")
        if url := format.safe_url(one["url"]):
            st.link_button(f"Open at {one['source']}", url, icon=":material/open_in_new:", type="secondary")


def _others(found: Sequence[Mapping[str, Any]], chosen: Mapping[str, Any]) -> None:
    """The other services that the same deployment brought live."""
    for each in found:
        if each is not chosen:
            label = f"The same deployment of {words.escape(each['service'])} ({words.escape(each['environment'])})"
            query = {"id": str(each["deployment"]), "service": str(each["service"])}
            navigation.link("deployment", label, icon=":material/call_split:", query=query)


def _evidence(one: Mapping[str, Any]) -> None:
    """All evidence that was found, the most trusted first: that one decides. Then what mended it."""
    evidence = one["failure_evidence"]
    st.subheader("Why does it count as failed?", anchor=False)
    if not evidence:
        st.markdown("No rollback, revert, incident or explicit mark points at it, so it counts as a success.")
        return
    with st.container(border=True, gap="xsmall", key="evidence"):
        for position, each in enumerate(evidence):
            decides = " :red-badge[decides]" if position == 0 else ""
            at = format.moment(data.moment(each["at"]), data.zone())
            st.markdown(
                f"{each['trust']}. **{KINDS.get(each['kind'], each['kind'])}**{decides} · "
                f"{words.escape(each['because'])} :gray[· {at}]{_link(each)}"
            )
            _way(each, one["service"])
        absent = [name.lower() for kind, name in KINDS.items() if all(each["kind"] != kind for each in evidence)]
        if absent:
            st.caption(f"Looked for and not found: {', '.join(absent)}. The number is the order of trust.")
        _recovery(one)


def _way(each: Mapping[str, Any], service: str) -> None:
    """To the deployment or commit that is the evidence."""
    if each["via"] in ("fixes", "rollback"):
        query = {"id": f"{each['ref_source']}:{each['ref']}", "of": service}
        navigation.link("deployment", f"Deployment {each['ref']}", icon=":material/rocket_launch:", query=query)
    elif each["via"] == "revert":
        label = f"Reverting commit {each['ref'][:10]}"
        navigation.link("commit", label, icon=":material/commit:", query={"sha": each["ref"]})


def _recovery(one: Mapping[str, Any]) -> None:
    recovery = one["recovery"]
    if recovery is None:
        st.markdown(
            ":red[:material/pending: **Not recovered yet**] · nothing of the above is resolved, undone or fixed"
        )
        return
    how = RECOVERIES.get(recovery["by"], str(recovery["by"]))
    at = format.moment(data.moment(recovery["at"]), data.zone())
    took = format.duration(recovery["seconds"])
    st.markdown(f":green[:material/healing: **Recovered**] after {took}, when {how} :gray[· {at}]")


def _link(each: Mapping[str, Any]) -> str:
    url = format.safe_url(each["url"])
    return f" · [{words.escape(each['ref'])} ↗](<{url.replace('>', '%3E')}>)" if url else ""


def _commits(one: Mapping[str, Any]) -> None:
    if not one["shipped_commits"]:
        st.subheader("Which commits did it ship?", anchor=False)
        st.markdown(f"None: it {_shipped(one)}.")
        return
    rows = [
        {
            "sha": each["sha"][:10], "title": each["title"] or format.NONE,
            "committed_at": data.local_of(each["committed_at"]),
            "lead": format.value(each["lead_time_seconds"], "seconds"), "because": _because(each["because"]),
        }
        for each in one["shipped_commits"]
    ]  # fmt: skip
    columns = st.column_config
    opened = tables.table(
        "Which commits did it ship?", pl.DataFrame(rows, schema=COMMITS), "commits",
        {
            "title": columns.TextColumn("Title"),
            "committed_at": columns.DatetimeColumn("Committed", format=tables.MINUTES),
            "lead": columns.TextColumn("Lead time", alignment="right"), "because": columns.TextColumn("Why it counts"),
        },
        pl.DataFrame(one["shipped_commits"], infer_schema_length=None),
        tables.Opens("sha", "Commit", "Opens where it is live, and why", 120),
    )  # fmt: skip
    if opened is not None:
        address.step(sha=one["shipped_commits"][opened]["sha"])


def _because(text: str) -> str:
    kind, _, sha = text.partition(":")
    told = {"shipped": "first deployment that contains it", "squash": "squashed into", "copy": "copied to"}
    return f"{told.get(kind, kind)} {sha[:10]}".strip()


def _history(history: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        {"at": data.local_of(each["at"]), "status": each["status"], "ref": each["ref"] or format.NONE}
        for each in history
    ]
    if rows:
        columns = {
            "at": st.column_config.DatetimeColumn("When", format="D MMM YYYY, HH:mm:ss"), "status": "Status",
            "ref": "Branch or tag",
        }  # fmt: skip
        tables.table("What did its sender say?", pl.DataFrame(rows), "history", columns)


def _service() -> str:
    return address.get("of") or address.get("service")


def _back() -> None:
    """Where the reader came from; DORA of the service where the deployment was opened by itself."""
    place = address.current(**dict.fromkeys(OPENED_WITH))
    if not place and _service():
        place = {"service": _service()}
    with st.container(key="ways-out"):
        navigation.link("dora", "Back to DORA", icon=":material/arrow_back:", query=place)
