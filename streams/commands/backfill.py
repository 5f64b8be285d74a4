"""`leadline backfill`: history that no webhook told, in bulk: from git, from exports of hosts, from tables."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from models.errors import BadQueryError, LeadlineError
from models.settings import Settings
from streams.backfill.git import GitRun, backfill_git, name_repository, needs_files
from streams.cli import settings_of
from streams.output import Format, FormatOption, messages, show
from warehouse.compute import compute
from warehouse.store import Store

group = typer.Typer(no_args_is_help=True, help="Read history in bulk: git, exports of GitHub and GitLab, tables.")

Service = Annotated[str | None, typer.Option(help="The service whose deployments these are.")]
Repository = Annotated[str | None, typer.Option(help="OWNER/NAME as webhooks call it; default: the clone's origin.")]
Environment = Annotated[str, typer.Option(help="The environment that was deployed to.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="backfill")


@group.command("git")
def git(
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
    columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=messages) as progress:

        def begin(name: str) -> Callable[[int, int], None]:
            task = progress.add_task(name, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield begin
