"""Why a number is missing, in words that a person can act on: how far things came that could have been observed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from warehouse.metrics.definitions import Needs


@dataclass(frozen=True, slots=True)
class Stages:
    """How many deployments of a slice came how far in a bucket; columns of query `engine/stages_deployments`."""

    attempts: int = 0
    reached: int = 0
    broke: int = 0
    baselines: int = 0
    no_sha: int = 0
    unknown: int = 0
    shipping: int = 0
    failed: int = 0
    unrecovered: int = 0
    backwards: int = 0
    """Recovered before they were live."""
    repositories: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Ever:
    """What a slice saw at any time; columns of the queries `engine/ever_*`."""

    attempts: int = 0
    latest: datetime | None = None
    elsewhere: int = 0
    """Deployments to other environments than the one asked about."""
    environments: list[str] | None = None
    open: int = 0
    unopened: int = 0
    """Incidents that were resolved and never seen to open before."""
    reviewed: int = 0
    approved: int = 0
    merged: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A slice without observations, and where they were looked for."""

    here: Stages
    ever: Ever
    environment: str | None
    """The one that was asked for."""
    production: bool
    """Whether it is one of production, or none was asked for."""

    @property
    def place(self) -> str:
        return self.environment or "production"


def reason(needs: Needs, here: Stages, ever: Ever, environment: str | None = None, production: bool = True) -> str:
    """Says why there is nothing to observe in a window, in the environment asked for or in production."""
    return _REASONS[needs](Case(here, ever, environment, production))


def many(n: int, thing: str) -> str:
    """`1 deployment`, `3 deployments`."""
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


def _deployments(case: Case) -> str:
    here = case.here
    if not here.attempts:
        return _nothing_deployed(case)
    ended = f"{here.broke} failed" if here.broke else ""
    running = f"{here.attempts - here.broke} not ended" if here.attempts > here.broke else ""
    parts = ", ".join(part for part in (ended, running) if part)
    return f"{many(here.attempts, 'deployment')}, none of which reached {case.place} ({parts})"


def _nothing_deployed(case: Case) -> str:
    if newest := case.ever.latest:
        return f"nothing was deployed to {case.place} in this window; the newest deployment is of {newest:%Y-%m-%d}"
    if case.ever.elsewhere:
        todo = "" if case.environment else ": is production called otherwise here (setting production_pattern)?"
        return (
            f"{many(case.ever.elsewhere, 'deployment')}, none to {case.place}, only to "
            f"{', '.join(case.ever.environments or ())}{todo}"
        )
    return "no deployment has been seen yet: does the sender's deployment webhook point here (`leadline sources`)?"


def _nowhere_but_production(case: Case, what: str) -> str:
    """Of what names no environment."""
    return f"{what} count for production alone, not for {case.place}: ask without an environment"


def _rollouts(case: Case) -> str:
    if not case.here.attempts:
        return _nothing_deployed(case)
    return f"{many(case.here.attempts, 'deployment')}, none of which has ended"


def _changes(case: Case) -> str:
    if not case.here.reached:
        return _deployments(case)
    return f"{many(case.here.reached, 'deployment')}, all of them rollbacks, which are no changes"


def _commits(case: Case) -> str:
    here = case.here
    if not here.reached:
        return _deployments(case)
    said = many(here.reached, "deployment")
    if here.no_sha == here.reached:
        return f"{said}, none carries a commit SHA: let the sender say which commit it deployed (`sha`)"
    if here.unknown and here.no_sha + here.unknown == here.reached:
        where = " and ".join(here.repositories or ()) or "its repository"
        return (
            f"{said}, none carries a commit SHA that a push webhook delivered: is the push webhook enabled for {where}?"
        )
    if here.shipping:
        return f"{said}, but every shipped commit is dated after its deployment: is a clock wrong? (see coverage)"
    if here.baselines:
        first = "the first ever observed" if here.reached == 1 else f"{here.baselines} of them the first ever observed"
        return (
            f"{said}, {first}, which ships nothing because what was live before is unknown: the next one with new "
            "commits counts"
        )
    return f"{said}, none shipped a new commit (redeploys, rollbacks, or only merges)"


def _requests(case: Case) -> str:
    if not case.here.reached:
        return _deployments(case)
    return (
        f"{many(case.here.reached, 'deployment')}, none of which shipped a merged pull request: does the webhook send "
        "pull requests and pushes here (`leadline sources`)?"
    )


def _failures(case: Case) -> str:
    here = case.here
    if not here.reached:
        return _deployments(case)
    if not here.failed:
        return f"nothing to recover from: none of {many(here.reached, 'deployment')} failed"
    if here.unrecovered:
        return f"{many(here.failed, 'deployment')} failed, {here.unrecovered} of them not recovered yet"
    if here.backwards:
        return (
            f"{many(here.failed, 'deployment')} failed, {here.backwards} of them recovered before going live: is a "
            "clock wrong, or an incident linked to the wrong deployment? (see coverage)"
        )
    return f"{many(here.failed, 'deployment')} failed and recovered outside this window"


def _incidents(case: Case) -> str:
    if not case.production and case.ever.latest:
        return _nowhere_but_production(case, "incidents")
    if open_now := case.ever.open:
        return f"no incident was resolved in this window; {many(open_now, 'incident')} still open"
    if unopened := case.ever.unopened:
        return (
            f"no incident gives a duration in this window; {many(unopened, 'incident')} resolved without opening "
            "before: does the incident tool send all of its events here?"
        )
    if newest := case.ever.latest:
        return f"no incident was resolved in this window; the newest is of {newest:%Y-%m-%d}"
    return (
        "no incident has been seen here: does the incident tool's webhook point here (`leadline sources`), and does "
        "the catalog bind it to its services (see coverage)?"
    )


def _pull_requests(case: Case) -> str:
    ever = case.ever
    if not ever.attempts:
        return "no pull request has been seen yet: does the webhook send pull requests here (`leadline sources`)?"
    if not case.production:
        return _nowhere_but_production(case, "pull requests")
    said = f"{many(ever.attempts, 'pull request')} so far, the newest moved on {ever.latest:%Y-%m-%d}"
    done = f"{ever.reviewed} reviewed, {ever.approved} approved, {ever.merged} merged"
    if not ever.reviewed:
        return f"{said}, none of them reviewed: does the webhook send reviews too (`leadline sources`)?"
    return f"{said} ({done}), none that says it in this window: choose a longer one, or see coverage"


def _waiting(case: Case) -> str:
    if not case.production and case.ever.latest:
        return _nowhere_but_production(case, "waiting changes")
    if not case.ever.latest:
        return _nothing_deployed(case)
    return (
        "nothing waits: production contains all that pushes brought to the default branch (where none came, is the "
        "push webhook enabled?)"
    )


_REASONS: dict[Needs, Callable[[Case], str]] = {
    "deployments": _deployments,
    "rollouts": _rollouts,
    "changes": _changes,
    "commits": _commits,
    "requests": _requests,
    "failures": _failures,
    "incidents": _incidents,
    "pull_requests": _pull_requests,
    "waiting": _waiting,
}
