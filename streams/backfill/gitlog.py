"""git's own history as columns: `git log` streamed into Polars, no Python per commit."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from secrets import token_hex
from threading import Thread
from typing import IO, cast

import polars as pl

from models.errors import LeadlineError
from models.events import LAST_MOMENT
from warehouse.people import person

CHUNK_BYTES = 8 * 1024 * 1024
PIPE_BYTES = 1024 * 1024
"""What git may be ahead by while this process is busy."""
MARK = f"\x1e{token_hex(8)}"
"""Begins a record: nobody who wrote a message or a path knew it. Fields end in NUL, which git allows in neither."""
FORMAT = f"{MARK}%H%x00%P%x00%ct%x00%at%x00%an%x00%ae%x00%B%x00"
"""One record: SHA, parents, committer's and author's date, author's name and address, raw message, touched paths."""
COLUMNS = ("sha", "parents", "committed_at", "authored_at", "name", "address", "message", "files")
PATHS = ("--no-renames", "--diff-merges=first-parent", "--ignore-submodules=none", "--no-relative")
"""Whatever the user's configuration says, paths are the same: a merge's are those of what it brought."""
LAST_SECOND = int(LAST_MOMENT.timestamp())
SETTINGS = ("-c", "core.quotePath=false", "-c", "i18n.logOutputEncoding=UTF-8", "-c", "log.showSignature=false",
            "-c", "log.mailmap=false", "-c", "log.showRoot=true")  # fmt: skip
NOREPLY = r"^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$"
"""GitHub's private addresses hold the login, which is what its webhooks call a person."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that leads to a commit. `at`: the tagger's date, a light tag's is its commit's committer date."""

    name: str
    sha: str
    at: int
    """Seconds since 1970."""
    place: int = 0
    """After how many others of the same second it comes, where that is known."""


def _git(path: Path, *arguments: str) -> list[str]:
    """The command line. Raises LeadlineError where git is not installed."""
    found = shutil.which("git")
    if found is None:
        raise LeadlineError("the command git is missing", "install git")
    return [found, "-C", str(path), *SETTINGS, *arguments]


def run_git(path: Path, *arguments: str, given: str | None = None) -> str:
    """What git prints. Raises LeadlineError with git's own words."""
    done = subprocess.run(
        _git(path, *arguments),
        input=given, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["failed"]
        raise LeadlineError(f"git {arguments[0]} in {path}: {said[-1]}")
    return done.stdout


def heads(path: Path) -> list[str]:
    """Commits that any reference (HEAD too) leads to, sorted. Raises LeadlineError where `path` is no repository."""
    return sorted(set(run_git(path, "rev-list", "--no-walk=unsorted", "--all").split()))


def tags(path: Path, pattern: str) -> list[Tag]:
    """Tags whose name matches a glob as `git tag --list` matches it, by their time."""
    shown = "--format=%(objecttype) %(objectname) %(refname) %(creatordate:unix)"
    listed = run_git(path, "tag", "--no-column", "--list", shown, "--", pattern)
    rows = [line.split(" ") for line in listed.splitlines()]
    asked = [sha for kind, sha, *_ in rows if kind != "commit"]
    given = "".join(f"{sha}^{{commit}}\n" for sha in asked)
    told = run_git(path, "cat-file", "--batch-check=%(objectname) %(objecttype)", given=given) if asked else ""
    peeled = dict(zip(asked, (line.removesuffix(" commit") for line in told.splitlines()), strict=True))
    found = [
        Tag(name.removeprefix("refs/tags/"), commit, _second_of(at) or _committed_at(path, commit))
        for _, sha, name, at in rows
        if " " not in (commit := peeled.get(sha, sha))
    ]
    return sorted(found, key=lambda tag: (tag.at, tag.name))


def merges(path: Path, branch: str) -> list[Tag]:
    """The merge commits on a branch's first-parent way, oldest first, each as what was deployed by it."""
    told = run_git(path, "log", "--first-parent", "--merges", "--reverse", "--format=%H,%ct,%at", branch, "--")
    found: list[Tag] = []
    for sha, *dates in (line.split(",") for line in told.splitlines()):
        at = _second_of(*dates)
        found.append(Tag(sha, sha, at, found[-1].place + 1 if found and found[-1].at == at else 0))
    return found


def _committed_at(path: Path, sha: str) -> int:
    """What dates a tag that names no tagger, as old ones do: its commit."""
    return _second_of(*run_git(path, "log", "--no-walk", "--format=%ct,%at", sha, "--").strip().split(","))


def _second_of(*dates: str) -> int:
    """The first date that git could read and a table can hold, in seconds since 1970; else 0, as git itself counts."""
    return next((int(date) for date in dates if date.isdecimal() and int(date) < LAST_SECOND), 0)


def ends_of(path: Path) -> list[str]:
    """The commits at which a shallow clone was cut off: git shows them without the parents that they have."""
    cut = path / run_git(path, "rev-parse", "--git-path", "shallow").strip()
    return cut.read_text(encoding="ascii").split() if cut.exists() else []


def default_branch(path: Path) -> tuple[str, Tag] | None:
    """(name, where it stands) of the branch that `origin` calls the default; else main, master or trunk; else HEAD's.

    None where HEAD is on no branch or on one without commits.
    """
    origin, head = _symbolic(path, "refs/remotes/origin/HEAD"), _symbolic(path, "HEAD")
    usual = [f"refs/heads/{name}" for name in ("main", "master", "trunk")]
    for reference in (origin, head if head in usual else None, *usual, head):
        shown = "--format=%(objectname) %(committerdate:unix)"
        if reference and (line := run_git(path, "for-each-ref", shown, reference)):
            sha, _, at = line.strip().partition(" ")
            name = reference.removeprefix("refs/heads/").removeprefix("refs/remotes/origin/")
            return name, Tag(name, sha, _second_of(at))
    return None


def _symbolic(path: Path, name: str) -> str | None:
    try:
        return run_git(path, "symbolic-ref", "--quiet", name).strip()
    except LeadlineError:
        return None


def count(path: Path, known: Sequence[str]) -> int:
    """How many commits there are to read."""
    return int(run_git(path, "rev-list", "--all", "--count", "--ignore-missing", "--stdin", given=_without(known)))


def log_command(path: Path, files: bool) -> list[str]:
    """`git log` of all that any reference leads to, in records of FORMAT."""
    shown = (*PATHS, "--name-only") if files else ("--no-patch",)
    return _git(path, "log", "--all", "-z", f"--format={FORMAT}", *shown)


def stream(path: Path, files: bool, known: Sequence[str] = (), skip: int = 0) -> Iterator[bytes]:
    """`git log --all --not known` in pieces that end where a record ends; `skip` leaves out the first records."""
    command = [*log_command(path, files), f"--skip={skip}", "--ignore-missing", "--stdin"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pipesize=PIPE_BYTES)
    asked, told = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)  # both are pipes
    asked.write(_without(known).encode())
    asked.close()
    pieces: Queue[bytes] = Queue(maxsize=2)
    reader = Thread(target=_drain, args=(told, pieces), daemon=True)
    reader.start()
    rest, piece = b"", pieces.get()
    try:
        while piece:
            rest += piece
            end = rest.rfind(MARK.encode())
            if end > 0:
                yield rest[:end]
                rest = rest[end:]
            piece = pieces.get()
        if rest:
            yield rest
        if process.wait():
            raise LeadlineError(f"git log in {path} ended with {process.returncode}", "git fsck says what is wrong")
    finally:
        process.kill()
        while piece:
            piece = pieces.get()
        reader.join()
        process.wait()


def _drain(output: IO[bytes], pieces: Queue[bytes]) -> None:
    """Keeps git busy while the last piece is written."""
    with output:
        while piece := output.read(CHUNK_BYTES):
            pieces.put(piece)
    pieces.put(b"")


def _without(known: Sequence[str]) -> str:
    return "".join(f"^{sha}\n" for sha in known)


def read_columns(piece: bytes) -> pl.DataFrame:
    """A piece of `stream` as COLUMNS, all text."""
    records = pl.Series([piece.decode(errors="replace").removeprefix(MARK)]).str.split(MARK).explode()
    return records.str.splitn("\0", len(COLUMNS)).struct.rename_fields(COLUMNS).struct.unnest()


def commit_frame(
    frame: pl.DataFrame, repository: str, files: bool, people: bytes, show_handles: bool, ends: Sequence[str] = ()
) -> pl.DataFrame:
    """COLUMNS as the table `commits` has them (`warehouse.rows.commit_row` says the same of one commit).

    Of what stands in `ends` neither parents nor paths are known.
    """
    message, nothing = pl.col("message"), pl.lit([], dtype=pl.List(pl.String))
    known = ~pl.col("sha").is_in(ends)
    login = pl.col("address").str.extract(NOREPLY)
    told = frame.with_columns(
        author_name=pl.coalesce(login, pl.col("address"), pl.col("name")),
        handle_name=pl.coalesce(login, pl.col("name")),
    )
    authors = _people(told["author_name"], people)
    shown = pl.when(pl.lit(show_handles) & ~pl.col("handle_name").str.contains("@", literal=True)).then("handle_name")
    return told.select(
        pl.lit(repository).alias("repository"),
        "sha",
        committed_at=pl.from_epoch(pl.coalesce(_second("committed_at"), _second("authored_at"), 0), "s")
        .dt.replace_time_zone("UTC")
        .dt.cast_time_unit("us"),
        title=message.str.extract(r"^([^\n]*)").str.strip_chars().str.slice(0, 500),
        author=pl.col("author_name").replace_strict(authors, default=None, return_dtype=pl.String),
        handle=shown,
        parents=pl.when(known).then(
            pl.when(pl.col("parents") == "").then(nothing).otherwise(pl.col("parents").str.split(" "))
        ),
        files=pl.when(known & pl.lit(files)).then(_files()),
        reverts=pl.when(message.str.contains("This reverts commit ", literal=True))
        .then(message.str.extract_all(r"This reverts commit [0-9a-f]{7,64}"))
        .otherwise(nothing)
        .list.eval(pl.element().str.slice(len("This reverts commit ")))
        .list.unique()
        .list.sort(),
    )


def _second(date: str) -> pl.Expr:
    """Seconds since 1970; NULL where git can't read the date or no table can hold it: the author's counts then, else 0,
    as git itself counts."""
    second = pl.col(date).cast(pl.Int64, strict=False)
    return pl.when(second.is_between(0, LAST_SECOND, closed="left")).then(second)


def _files() -> pl.Expr:
    paths = pl.col("files").str.strip_chars("\n\0").str.split("\0").list.eval(pl.element().str.strip_chars_start("\n"))
    return paths.list.set_difference(pl.lit([""])).list.unique().list.sort()


def _people(authors: pl.Series, key: bytes) -> Mapping[str, str | None]:
    return {author: person(author, key, False)[0] for author in authors.unique().drop_nulls().to_list()}
