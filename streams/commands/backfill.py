"""`leadline backfill`: history that no webhook told, in bulk: from git, from exports of hosts, from tables."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from models.errors import BadQueryError, LeadlineError
from models.settings import Settings
from streams.backfill.chunks import write_events
from streams.backfill.export import github_events, read_export
from streams.backfill.git import GitRun, backfill_git, name_repository, needs_files
from streams.backfill.gitlab import gitlab_events
from streams.backfill.tables import KINDS, add_commit, choose_columns, commits_of, events_of, read_table, state_of
from streams.cli import settings_of
from streams.output import Format, FormatOption, messages, show
from warehouse.compute import compute
from warehouse.rows import Rows
from warehouse.store import Store

group = typer.Typer(no_args_is_help=True, help="Read history in bulk: git, exports of GitHub and GitLab, tables.")

Service = Annotated[str | None, typer.Option(help="The service whose deployments these are.")]
Repository = Annotated[str | None, typer.Option(help="OWNER/NAME as webhooks call it; default: the clone's origin.")]
Environment = Annotated[str, typer.Option(help="The environment that was deployed to.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="backfill")


@group.command("git")
def from_git(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Repositories, bare or not.", metavar="PATH…")],
    service: Service = None,
    repository: Repository = None,
    tags: Annotated[str | None, typer.Option(metavar="GLOB", help="Tags that match are deployments: 'v*'.")] = None,
    branch: Annotated[str | None, typer.Option(help="With --merges: merges to this branch are deployments.")] = None,
    merges: Annotated[bool, typer.Option("--merges", help="Merges to --branch are deployments.")] = False,
    environment: Environment = "production",
    files: Annotated[
        bool, typer.Option("--files", help="Read touched paths; a service with leadline.dev/paths needs them anyway.")
    ] = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Commits with their parents; tags, or merges to a branch, as deployments.

    Run it again to read what is new: nothing doubles, nor does what webhooks told already.

    - `leadline backfill git ~/src/payments --service payments --tags 'v*'`
    - `leadline backfill git payments.git --service payments --repository acme/payments --branch main --merges`
    """
    if bool(branch) != merges or (tags and merges):
        raise BadQueryError("say --tags GLOB, or --branch NAME with --merges, or neither")
    if repository and len(paths) > 1:
        raise BadQueryError("--repository names one repository, and several paths were given")
    settings = settings_of(context)
    read = []
    with open_store(settings) as store, _bar() as step_of:
        for path in paths:
            name = repository or name_repository(path)
            wants_files = files or needs_files(store, name, service)
            run = GitRun(path, name, service, tags, branch, environment, wants_files)
            found = backfill_git(store, settings, run, step_of(name))
            read.append({"repository": name, "commits": found.commits, "deployments": found.deployments})
            if found.shallow:
                messages.print(
                    f"{name} is a shallow clone: older commits are missing; `git fetch --unshallow` brings them"
                )
        compute(store, settings)
    show(read, format)


Files = Annotated[list[Path], typer.Argument(exists=True, help="Files of JSON, or folders of them.", metavar="EXPORT…")]


@group.command("github")
def from_github(
    context: typer.Context, exports: Files, repository: Repository = None, format: FormatOption = Format.TABLE
) -> None:
    """GitHub's REST lists saved to files: deployments, their statuses, pulls, issues labelled `incident`.

    - `gh api --paginate repos/acme/pay/deployments > export/deployments.json`
    - `gh api --paginate 'repos/acme/pay/pulls?state=all' > export/pulls.json`
    - `leadline backfill github export/`
    """
    records, state = read_export(exports)
    told = list(github_events(records, repository))
    _write_export(settings_of(context), "github", exports, f"{state} {repository}", told, format)


@group.command("gitlab")
def from_gitlab(
    context: typer.Context, exports: Files, repository: Repository = None, format: FormatOption = Format.TABLE
) -> None:
    """GitLab's REST lists saved to files: deployments, merge requests, issues of type incident.

    - `glab api --paginate projects/acme%2Fpay/merge_requests > export/merge_requests.json`
    - `leadline backfill gitlab export/ --repository acme/pay`
    """
    records, state = read_export(exports)
    told = list(gitlab_events(records, repository))
    _write_export(settings_of(context), "gitlab", exports, f"{state} {repository}", told, format)


Table = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The table.", metavar="FILE")]
Kind = Annotated[str, typer.Option(help=f"What a row is: {', '.join(KINDS)}.")]
Pairs = Annotated[list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="A field's column.")]
Constants = Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="A field of every row.")]
Source = Annotated[str, typer.Option(help="The source whose webhooks tell the same, so that nothing doubles.")]


@group.command("csv")
def from_csv(
    context: typer.Context, file: Table, kind: Kind = "deployments", map: Pairs = None, set: Constants = None,
    source: Source = "events", format: FormatOption = Format.TABLE,
) -> None:  # fmt: skip
    """A row is an event; its columns are the event's fields, or mapped to them.

    - `leadline backfill csv deploys.csv --map sha=commit --map at=finished --set service=pay --set environment=prod`
    - `leadline backfill csv commits.csv --kind commits --set repository=acme/pay`
    """
    _write_table(settings_of(context), "csv", file, kind, map or [], set or [], source, format)


@group.command("parquet")
def from_parquet(
    context: typer.Context, file: Table, kind: Kind = "deployments", map: Pairs = None, set: Constants = None,
    source: Source = "events", format: FormatOption = Format.TABLE,
) -> None:  # fmt: skip
    """As `csv`, from a Parquet file.

    - `leadline backfill parquet incidents.parquet --kind incidents --map at=opened --set status=opened`
    """
    _write_table(settings_of(context), "parquet", file, kind, map or [], set or [], source, format)


def _write_export(
    settings: Settings, source: str, exports: Sequence[Path], state: str, told: Sequence[Sequence[Any]], format: Format
) -> None:
    events = [event for one in told for event in one]
    run = f"{source} {' '.join(str(path.resolve()) for path in exports)}"
    with open_store(settings) as store, _bar() as step_of:
        written = write_events(store, settings, run, state, source, events, step_of(source))
        compute(store, settings)
    left_out = sum(not one for one in told)
    if told and left_out == len(told):
        messages.print(f"none of {len(told)} objects says anything that is measured: is it the export that was meant?")
    show(
        [{"source": source, "objects": len(told), "left_out": left_out, "events": len(events), "written": written}],
        format,
    )


def _write_table(
    settings: Settings, form: str, file: Path, kind: str, mapping: Sequence[str], constants: Sequence[str],
    source: str, format: Format,
) -> None:  # fmt: skip
    if kind not in KINDS:
        raise BadQueryError(f"--kind {kind} is not known", f"there are: {', '.join(KINDS)}")
    chosen = choose_columns(read_table(file, form), kind, _pairs(mapping), _pairs(constants))
    events: list[Any] = list(commits_of(chosen) if kind == "commits" else events_of(chosen, kind))
    state = state_of(file, kind, sorted(mapping), sorted(constants), source)
    with open_store(settings) as store, _bar() as step_of:
        add = add_commit if kind == "commits" else Rows.add
        run = f"{form} {file.resolve()} {kind}"
        written = write_events(store, settings, run, state, source, events, step_of(file.name), add)
        compute(store, settings)
    show([{"table": file.name, "rows": len(events), "written": written}], format)


def _pairs(given: Sequence[str]) -> dict[str, str]:
    for one in given:
        if "=" not in one:
            raise BadQueryError(f"{one!r} is not FIELD=…", "for example --map sha=commit_hash")
    return dict(one.split("=", 1) for one in given)


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The warehouse, owned while it is filled. Raises LeadlineError where a worker owns it."""
    try:
        store = Store.open(settings.warehouse_path)
    except LeadlineError as error:
        if "owns" not in error.message:
            raise
        raise LeadlineError(
            f"a running worker owns {settings.warehouse_path}, and backfill writes to it directly",
            "stop the worker (Ctrl-C in `leadline up`), run this, start it again: Kafka keeps what arrives meanwhile",
        ) from None
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _bar() -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Progress bars on stderr: a function that begins one of a name and gives what moves it."""
    columns: list[Any] = [TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn()]
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=messages) as progress:

        def begin(name: str) -> Callable[[int, int], None]:
            task = progress.add_task(name, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield begin
