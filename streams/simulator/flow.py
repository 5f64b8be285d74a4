"""The truth of flow: pull-request stages, batch sizes, deployment days and what waits, from what really happened."""

from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from streams.simulator.commits import histories
from streams.simulator.happened import Happened
from streams.simulator.ledger import Pull
from streams.simulator.rules import reached_at


class Observation(NamedTuple):
    """One thing that happened. `value` in seconds, 0/1 or commits; `ref` names it."""

    service: str
    at: datetime
    value: float
    ref: str


Observations = list[Observation]
Moment = Callable[[Pull], datetime | None]


def batch_size(happened: Happened) -> Observations:
    return [
        Observation(service, reached_at(deployment), float(len(commits)), deployment.deployment)
        for (service, _), shipping in happened.shipping.items()
        for deployment, commits in zip(shipping.line, shipping.shipped, strict=True)
        if commits
    ]


def coding(happened: Happened) -> Observations:
    return _stages(happened, lambda pull: _first_commit(happened, pull), _asked_at)


def pickup(happened: Happened) -> Observations:
    return _stages(happened, _asked_at, lambda pull: _reviewed_at(pull, False))


def review(happened: Happened) -> Observations:
    return _stages(happened, lambda pull: _reviewed_at(pull, False), lambda pull: _reviewed_at(pull, True))


def merge(happened: Happened) -> Observations:
    return _stages(happened, lambda pull: _reviewed_at(pull, True), lambda pull: pull.merged_at)


def deploy(happened: Happened) -> Observations:
    """From a merge to the first deployment that contains what it left; in a monorepo the files tell whose it is."""
    rows = []
    for (service, _), shipping in happened.shipping.items():
        path = shipping.path
        for pull in happened.ledger.pulls:
            if not pull.left or pull.repository != shipping.line[0].repository:
                continue
            place = shipping.first.get(pull.left[-1], 0)
            files = shipping.history.commits[pull.left[-1]].files
            ours = any(file.startswith(path) for file in files) or shipping.brought(pull.head_sha)
            at = reached_at(shipping.line[place])
            if place and pull.merged_at and at >= pull.merged_at and ours:
                rows.append(Observation(service, at, (at - pull.merged_at).total_seconds(), _ref(pull)))
    return rows


def undeployed_changes(happened: Happened) -> Observations:
    """Commits of the default branch in no production environment; `at` is the time of the commit."""
    known, rows = histories(happened.ledger), []
    for service in happened.organisation.services:
        lines = [shipping for (name, _), shipping in happened.shipping.items() if name == service.name]
        if not lines:
            continue
        name = lines[0].line[0].repository
        live = set().union(*(shipping.first for shipping in lines))
        for sha in known[name].reachable(happened.ledger.repositories[name].head) - live:
            commit = known[name].commits[sha]
            touched = any(file.startswith(service.path) for file in commit.files) or not service.path
            if touched and not commit.is_merge:
                rows.append(Observation(service.name, commit.committed_at, 0.0, sha))
    return rows


def days_per_week(moments: list[datetime], since: datetime, until: datetime) -> float:
    """The median, over the whole weeks (from Monday, UTC) of a window of at least one, of days with something."""
    days, week = {moment.date() for moment in moments}, timedelta(days=7)
    start = since.date() - timedelta(days=since.weekday())
    if datetime.combine(start, datetime.min.time(), since.tzinfo) < since:
        start += week
    found = []
    while datetime.combine(start + week, datetime.min.time(), until.tzinfo) <= until:
        found.append(sum(start <= day < start + week for day in days))
        start += week
    return float(median(found))


def _stages(happened: Happened, first: Moment, last: Moment) -> Observations:
    """One per pull request and service of its repository."""
    rows = []
    for pull in happened.ledger.pulls:
        begun, ended = first(pull), last(pull)
        if begun and ended and ended >= begun:
            for service in happened.services_of(pull.repository):
                rows.append(Observation(service, ended, (ended - begun).total_seconds(), _ref(pull)))
    return rows


def _ref(pull: Pull) -> str:
    return f"{pull.repository}#{pull.number}"


def _asked_at(pull: Pull) -> datetime | None:
    """Open for review; None while it is a draft that was never anything else."""
    return pull.ready_at or pull.opened_at


def _reviewed_at(pull: Pull, approved: bool) -> datetime | None:
    """The first review by somebody else; or the first approval."""
    others = [one.at for one in pull.reviews if one.by.login != pull.author.login and one.approved >= approved]
    return min(others, default=None)


def _first_commit(happened: Happened, pull: Pull) -> datetime | None:
    """Of the commits that pushes brought to the branch by the end of the pull request."""
    if pull.is_fork:
        return None
    commits = happened.ledger.repositories[pull.repository].commits
    pushes = happened.pushes[pull.repository, pull.head_branch]
    told = [sha for pushed in pushes if pull.closed_at is None or pushed.at <= pull.closed_at for sha in pushed.new]
    return min((commits[sha].committed_at for sha in told), default=None)
