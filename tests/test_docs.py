"""The documentation names what exists: settings, commands, make targets, files."""

import re

import pytest
from typer.main import get_group

from models.settings import PREFIX, Settings
from streams.cli import build
from tests.conftest import REPOSITORY

PAGES = ["README.md", "CONTRIBUTING.md", "docs/settings.md", "docs/benchmarks.md"]


def text(page: str) -> str:
    return (REPOSITORY / page).read_text(encoding="utf-8")


def test_each_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(rf"^\| `{PREFIX}(\w+)` \|", text("docs/settings.md"), re.MULTILINE))
    assert {name.lower() for name in documented} == set(Settings.model_fields)


def test_documented_defaults_are_the_defaults() -> None:
    rows = re.findall(rf"^\| `{PREFIX}(\w+)` \| `(.+?)` \|", text("docs/settings.md"), re.MULTILINE)
    for name, default in rows:
        value = Settings.model_fields[name.lower()].default
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        assert default.replace("\\|", "|") == shown, name


@pytest.mark.parametrize("page", PAGES)
def test_named_commands_exist(page: str) -> None:
    known = get_group(build()).commands
    named = set(re.findall(r"(?:`|bin/)leadline ([a-z][a-z-]*)", text(page)))
    assert named <= set(known)


@pytest.mark.parametrize("page", PAGES)
def test_named_make_targets_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"^    make ([a-z]+)|`make ([a-z]+)", text(page), re.MULTILINE))
    assert {first or second for first, second in named} <= targets


@pytest.mark.parametrize("page", PAGES)
def test_linked_and_named_files_exist(page: str) -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", text(page))
    named = re.findall(r"`((?:streams|warehouse|dashboards|models|docs)/[\w/]+\.\w+)`", text(page))
    folder = (REPOSITORY / page).parent
    missing = [name for name in linked if not (folder / name).exists()]
    missing += [name for name in named if not (REPOSITORY / name).exists() and "NAME" not in name]
    assert not missing
