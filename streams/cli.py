"""The command `leadline`.

One command, or one group of commands, is one module in `streams/commands/`; nothing else lists it. A module holds

    def register(app: typer.Typer) -> None

which adds its commands: `app.command("receiver")(receiver)`, or `app.add_typer(group, name="catalog")`. A command takes
`context: typer.Context` and reads its settings by `settings_of(context)`. Data goes to stdout by `streams.output.show`,
messages and progress to stderr. Failures are raised as LeadlineError (exit 1) or BadQueryError (exit 2).
"""

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from models.errors import BadQueryError, LeadlineError
from models.settings import Settings, load_settings, refuse_unknown_secrets
from streams import commands
from streams.sources import load_sources

app = typer.Typer(
    name="leadline",
    help="The measuring line of an internal developer platform: webhooks in, DORA metrics out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
    add_completion=False,
)


@app.callback()
def _globals(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Configuration file; default leadline.toml in the home.")] = None,
    home: Annotated[Path | None, typer.Option(help="Where state lives; default LEADLINE_HOME or .leadline.")] = None,
) -> None:
    context.obj = {"config": config, "home": home}


def settings_of(context: typer.Context, **overrides: Any) -> Settings:
    """The settings of this call: `overrides`, the environment, then the configuration file. Raises LeadlineError."""
    given = context.find_root().obj or {}
    refuse_unknown_secrets(list(load_sources()))
    return load_settings(given.get("config"), home=given.get("home"), **overrides)


@cache
def build() -> typer.Typer:
    """The app with every command found in `streams/commands/`."""
    for module in sorted(iter_modules(commands.__path__), key=lambda found: found.name):
        import_module(f"{commands.__name__}.{module.name}").register(app)
    return app


def main() -> None:
    """The console script. Exit 0 done, 1 a clear failure, 2 wrong usage."""
    try:
        build()()
    except BadQueryError as error:
        _complain(error)
        sys.exit(2)
    except LeadlineError as error:
        _complain(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _complain(error: LeadlineError) -> None:
    line = Text(error.message, style="bold red")
    if error.hint:
        line.append(f" — {error.hint}", style="not bold default")
    Console(stderr=True, soft_wrap=True).print(line)
