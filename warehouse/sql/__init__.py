"""Finds SQL by its file's name: `load("compute/deployments")`. SQL lives nowhere else."""

from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent


@cache
def load(name: str) -> str:
    """The text of `sql/<name>.sql`. Raises FileNotFoundError."""
    return (ROOT / f"{name}.sql").read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """The queries of a folder, sorted, without their ending."""
    return sorted(path.stem for path in (ROOT / folder).glob("*.sql"))
