"""`python -m bench [NAME…] [--size L] [--output FILE]`: runs the benchmarks, prints a table, writes JSON."""

from datetime import UTC, datetime
from importlib import import_module
from inspect import signature
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated

import orjson
import typer

import bench
from bench.organisation import SIZES
from streams.output import Format, messages, show

COLUMNS = ("benchmark", "figure", "value", "unit", "beside", "ratio")


def main(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME…]", help="Default: all of them.")] = None,
    size: Annotated[
        list[str] | None, typer.Option(help="S, M or L, repeatable; default: S and M, where a benchmark has sizes.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Where the JSON goes.")] = Path("bench-results.json"),
) -> None:
    """Runs the benchmarks, each figure beside its floor."""
    found = {module.name: import_module(f"bench.{module.name}") for module in iter_modules(bench.__path__)}
    known = {name: module for name, module in sorted(found.items()) if hasattr(module, "run")}
    if unknown := set(names or ()) - set(known):
        raise typer.BadParameter(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if odd := set(size or ()) - set(SIZES):
        raise typer.BadParameter(f"no size {', '.join(sorted(odd))}; there are {', '.join(SIZES)}")
    rows = []
    for name in names or known:
        with messages.status(f"{name} …"):
            sized = size and "sizes" in signature(known[name].run).parameters
            rows += known[name].run(sizes=tuple(size)) if sized else known[name].run()
        output.write_bytes(
            orjson.dumps({"at": datetime.now(UTC), "rows": rows}, option=orjson.OPT_INDENT_2, default=str)
        )
    show(rows, Format.TABLE, COLUMNS)
    messages.print(f"written to {output}")


typer.run(main)
