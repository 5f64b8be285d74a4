"""Backfill from git: commits with their parents, and tags or merges as deployments. Bypasses Kafka; the same facts."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from models.events import Deployment, Push
from models.settings import Settings
from streams.backfill import gitlog
from warehouse import sql
from warehouse.backfilled import Progress, read_progress, write_chunk
from warehouse.people import people_key
from warehouse.rows import Rows, service_name, warm_up
from warehouse.store import Store

SOURCE = "git"
URL = re.compile(r"^(?:\w+://[^/]+/|(?:[\w.-]+@)?[\w.-]+:/?(?!/))(?P<slug>.+?)(?:\.git)?/?$")

Step = Callable[[int, int], None]
"""Called with (records read so far, of how many)."""


@dataclass(frozen=True, slots=True)
class GitRun:
    """What to read from one repository, bare or not."""

    path: Path
    repository: str
    """`OWNER/NAME`, as webhooks call it."""
    service: str | None = None
    """Whose deployments tags or merges are; None: the service that the catalog binds to the repository."""
    tags: str | None = None
    """A glob: tags that match are deployments."""
    merges_to: str | None = None
    """A branch: merges to it are deployments."""
    environment: str = "production"
    files: bool = False
    """Read touched paths too: what a monorepo's services are told apart by."""


@dataclass(frozen=True, slots=True)
class GitRead:
    """What a run read."""

    repository: str
    commits: int
    deployments: int
    shallow: bool


def name_repository(path: Path) -> str:
    """`OWNER/NAME` from where the clone came from, else its folder's name. Raises LeadlineError: no repository."""
    if "origin" in gitlog.run_git(path, "remote").split():
        url = gitlog.run_git(path, "remote", "get-url", "origin").strip()
        if found := URL.match(url):
            return found["slug"]
    folder = Path(gitlog.run_git(path, "rev-parse", "--absolute-git-dir").strip())
    return (folder.parent if folder.name == ".git" else folder).name.removesuffix(".git")


def needs_files(store: Store, repository: str, service: str | None) -> bool:
    """Whether the catalog tells services of this repository apart by paths (`leadline.dev/paths`)."""
    with store.cursor() as cursor:
        values = {"service": service, "repository": repository.lower()}
        return bool(cursor.execute(sql.load("backfill/has_paths"), values).fetchone())


def backfill_git(store: Store, settings: Settings, run: GitRun, step: Step | None = None) -> GitRead:
    """Reads the history that was not read before; an interrupted run goes on where it stopped. Idempotent.

    Writes the facts and what they touch; the caller computes. Raises LeadlineError.
    """
    people, heads, ends = people_key(settings), gitlog.heads(run.path), gitlog.ends_of(run.path)
    progress = _begin(store, run, (*heads, *ends))
    first, total = progress.done, gitlog.count(run.path, progress.known) if step else 0
    with ThreadPoolExecutor(1) as writer:
        told = writer.submit(_told, store, run)  # while git looks for its first commits
        written: Future[None] | None = None
        for piece in gitlog.stream(run.path, run.files, progress.known, progress.done):
            columns = gitlog.read_columns(piece)
            frame = gitlog.commit_frame(columns, run.repository, run.files, people, settings.show_handles, ends)
            if written:
                written.result()
            if step:
                step(progress.done, total)
            rows = Rows(people, settings.show_handles, touched={f"repository={run.repository}"})
            progress = progress.after(frame.height)
            written = writer.submit(write_chunk, store, progress, rows, {"commits": frame})
        rows = Rows(people, settings.show_handles)
        if written:
            written.result()
    if step:
        step(progress.done, total)
    deployments, standing = told.result()
    for event in (*deployments, *standing):
        rows.add(SOURCE, event)
    # What a shallow clone lacks lies behind what it has: it is read again until it is whole.
    known = progress.known if ends else tuple(heads)
    write_chunk(store, replace(progress, finished=True, known=known), rows)
    return GitRead(run.repository, progress.done - first, len(deployments), bool(ends))


def _begin(store: Store, run: GitRun, heads: Sequence[str]) -> Progress:
    """Where to start: after what an interrupted run of the same heads (and ends of a shallow clone) has read, without
    what finished runs have."""
    name = f"git {run.repository}{' with files' if run.files else ''}"
    state = blake2b(" ".join(heads).encode(), digest_size=16).hexdigest()
    before = read_progress(store, name)
    if before is not None and not before.finished and before.state == state:
        return before
    return Progress(name, state, known=before.known if before else ())


def _told(store: Store, run: GitRun) -> tuple[Sequence[Deployment], Sequence[Push]]:
    """What references say: deployments, and where the default branch stands."""
    warm_up()
    return _deployments(store, run), _standing(run)


def _standing(run: GitRun) -> Sequence[Push]:
    """Where the default branch stands, as a push that lists no commit: git has told them all.

    Not later than now, whatever the clock of who committed says: what webhooks will tell is newer.
    """
    found = gitlog.default_branch(run.path)
    if found is None:
        return []
    name, head = found
    return [
        Push(
            id=f"{SOURCE}/{run.repository}/{name}/{head.sha}",
            at=min(datetime.fromtimestamp(head.at, UTC), datetime.now(UTC)),
            repository=run.repository,
            branch=name,
            before="",
            after=head.sha,
            default_branch=name,
        )
    ]


def _deployments(store: Store, run: GitRun) -> Sequence[Deployment]:
    found = gitlog.tags(run.path, run.tags) if run.tags else []
    found += gitlog.merges(run.path, run.merges_to) if run.merges_to else []
    names = _names(store, run, found)
    return [
        Deployment(
            id=f"{SOURCE}/{run.repository}/{name}",
            at=datetime.fromtimestamp(tag.at, UTC) + timedelta(microseconds=tag.place),
            service=run.service,
            repository=run.repository,
            deployment=name,
            environment=run.environment,
            status="success",
            sha=tag.sha,
            version=tag.name if run.tags else None,
            ref=f"refs/tags/{tag.name}" if run.tags else run.merges_to,
        )
        for tag, name in zip(found, names, strict=True)
    ]


def _names(store: Store, run: GitRun, found: Sequence[gitlog.Tag]) -> Sequence[str]:
    """What the deployments are called: as their tags. One that stands for another commit already (in a service's other
    repository, or because the tag was moved) is another deployment, and has its SHA in its name."""
    held: dict[str, set[tuple[str, str]]] = defaultdict(set)
    with store.cursor() as cursor:
        key = f"service={service_name(run.service)}" if run.service else f"repository={run.repository}"
        values = {"source": SOURCE, "environment": run.environment, "key": key, "names": [tag.name for tag in found]}
        for name, *commit in cursor.execute(sql.load("backfill/held"), values).fetchall():
            held[name].add(tuple(commit))
    return [
        f"{tag.name}@{tag.sha[:12]}" if held[tag.name] and (run.repository, tag.sha) not in held[tag.name] else tag.name
        for tag in found
    ]
