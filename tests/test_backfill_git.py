"""Odd repositories, read by `backfill_git`: shallow clones, tags of all kinds, dates and characters nobody expects."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.settings import Settings
from streams.backfill.git import GitRun, backfill_git, name_repository
from tests.gitwriter import git, rev_list
from tests.warehouses import START, deploy, event, fill, push, rows
from warehouse.compute import compute, rebuild
from warehouse.store import MEMORY, Store

SETTINGS = Settings(people_key="a key for tests")  # pyright: ignore[reportArgumentType]
BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
SHIPPED = "SELECT version, first_success_at, shipped FROM deployments ORDER BY first_success_at, version"


def day(number: int) -> datetime:
    return BEGAN + timedelta(days=number)


def repository(path: Path, *days: int) -> Path:
    """A repository with a commit on each of these days."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(path)], check=True)
    for number in days:
        git(path, "commit", "-q", "--allow-empty", "-m", f"day {number}", at=day(number))
    return path


def _object(path: Path, kind: str, text: str) -> str:
    """Writes what git itself would refuse to; gives its SHA."""
    return git(path, "hash-object", "-t", kind, "-w", "--literally", "--stdin", given=text).strip()


def read(store: Store, path: Path, tags: str | None = None, name: str = "acme/pay", files: bool = False) -> int:
    found = backfill_git(store, SETTINGS, GitRun(path, name, "pay", tags, files=files))
    compute(store, SETTINGS)
    return found.commits


def test_a_shallow_clone_takes_nothing_from_what_pushes_proved_and_is_read_again_when_it_is_whole(
    tmp_path: Path,
) -> None:
    whole = repository(tmp_path / "whole", *range(6))
    shas = rev_list(whole, "--reverse", "HEAD")
    told = [
        push(1, "", *shas[:1]), push(2, shas[0], shas[1]), push(5, shas[1], *shas[2:5]), push(6, shas[4], shas[5]),
        deploy(2.5, "1", shas[1], service="pay"), deploy(10, "2", shas[5], service="pay"),
    ]  # fmt: skip
    store, query = fill(Store.open(MEMORY), told), "SELECT deployment, shipped FROM deployments ORDER BY deployment"
    assert rows(store, query) == [("1", 0), ("2", 4)]
    subprocess.run(["git", "clone", "-q", "--depth=2", whole.as_uri(), str(tmp_path / "cut")], check=True)
    assert read(store, tmp_path / "cut") == 2
    assert rows(store, query) == [("1", 0), ("2", 4)]
    git(tmp_path / "cut", "fetch", "-q", "--unshallow")
    assert (read(store, tmp_path / "cut"), read(store, tmp_path / "cut")) == (6, 0)
    assert rows(store, query) == [("1", 0), ("2", 4)]
    assert rows(store, "SELECT max(len(parents)) FROM commits GROUP BY sha ORDER BY 1") == [(0,), *[(1,)] * 5]
    rebuild(store, SETTINGS)
    assert rows(store, query) == [("1", 0), ("2", 4)]


def test_equal_tags_of_two_repositories_are_two_deployments(tmp_path: Path) -> None:
    store = Store.open(MEMORY)
    for name, later in (("p", 0), ("q", 1)):
        path = repository(tmp_path / name)
        for number in (0, 4, 8):
            git(path, "commit", "-q", "--allow-empty", "-m", f"{name} {number}", at=day(number + later))
            git(path, "tag", f"v{number}")
        read(store, path, "v*", f"acme/{name}")
        read(store, path, "v*", f"acme/{name}")
    moments = [("v0", day(0)), ("v0", day(1)), ("v4", day(4)), ("v4", day(5)), ("v8", day(8)), ("v8", day(9))]
    assert [row[:2] for row in rows(store, SHIPPED)] == moments
    assert rows(store, "SELECT repository, count(*) FROM contained WHERE counted GROUP BY ALL ORDER BY ALL") == [
        ("acme/p", 2), ("acme/q", 3),
    ]  # fmt: skip


def test_a_moved_tag_is_another_deployment(tmp_path: Path) -> None:
    path, store = repository(tmp_path / "pay", 0, 1), Store.open(MEMORY)
    git(path, "tag", "v1")
    read(store, path, "v*")
    git(path, "commit", "-q", "--allow-empty", "-m", "later", at=day(9))
    git(path, "tag", "--force", "v1")
    for _ in range(2):
        read(store, path, "v*")
        assert rows(store, SHIPPED) == [("v1", day(1), 0), ("v1", day(9), 1)]
    assert rows(store, "SELECT deployment FROM deployments ORDER BY 1")[0] == ("v1",)


def test_tags_with_slashes_and_tags_without_a_tagger_count(tmp_path: Path) -> None:
    path, store = repository(tmp_path / "pay", 0, 1, 2), Store.open(MEMORY)
    first, second, third = rev_list(path, "--reverse", "HEAD")
    untold = _object(path, "tag", f"object {second}\ntype commit\ntag v1\n\nold\n")
    git(path, "update-ref", "refs/tags/v1", untold)
    git(path, "tag", "rel/v0", first)
    git(path, "config", "column.ui", "always")
    git(path, "tag", "deep/er/v2", third)
    read(store, path, "*")
    assert rows(store, SHIPPED) == [("rel/v0", day(0), 0), ("v1", day(1), 1), ("deep/er/v2", day(2), 1)]


@pytest.mark.parametrize("date", ["", "-5 +0000", "99999999999999999999 +0000", "600000000000 +0000"])
def test_a_date_that_nobody_can_read_stops_nothing(date: str, tmp_path: Path) -> None:
    path, store = repository(tmp_path / "pay", 0), Store.open(MEMORY)
    text = git(path, "cat-file", "commit", "HEAD").splitlines(keepends=True)
    odd = "".join(f"committer Host <h@example.com> {date}\n" if line.startswith("committer") else line for line in text)
    sha = _object(path, "commit", odd)
    git(path, "update-ref", "refs/heads/main", sha)
    git(path, "update-ref", "refs/tags/v1", sha)
    assert read(store, path, "v*") == 1
    assert rows(store, "SELECT committed_at FROM commits") == [(day(0),)]  # the author's
    assert rows(store, "SELECT version FROM deployments") == [("v1",)]


def test_a_clock_of_the_next_century_hides_no_later_push(tmp_path: Path) -> None:
    path, store = repository(tmp_path / "pay"), Store.open(MEMORY)
    git(path, "commit", "-q", "--allow-empty", "-m", "far ahead", at=datetime(2100, 1, 1, tzinfo=UTC))
    (sha,) = rev_list(path, "HEAD")
    read(store, path)
    now = (datetime.now(UTC) - START).total_seconds() / 3600 + 2
    later = push(now, sha, "b" * 40, "c" * 40, repository="acme/pay", default_branch="main")
    fill(store, [deploy(now - 1, "1", sha, service="pay", repository="acme/pay"), later])
    assert rows(store, "SELECT DISTINCT sha FROM undeployed ORDER BY 1") == [("b" * 40,), ("c" * 40,)]


@pytest.mark.parametrize("odd", ["\x1e", "\x1f", "\x1e\x1f\x1e", "\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f", '"', "\r"])
def test_no_character_of_a_message_or_a_path_breaks_a_record(odd: str, tmp_path: Path) -> None:
    path, store = repository(tmp_path / "pay"), Store.open(MEMORY)
    for number, name in enumerate((f"a{odd}b", "plain")):
        (path / name).write_text("x")
        git(path, "add", "--all")
        git(path, "commit", "-q", "-m", f"one {odd} {number}\n\nThis reverts commit {'d' * 40}.", at=day(number))
    assert read(store, path, files=True) == 2
    found = rows(store, "SELECT title, files, reverts FROM commits ORDER BY committed_at")
    assert found == [
        (f"one {odd} {number}", [name], ["d" * 40]) for number, name in enumerate((f"a{odd}b", "plain"))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git@github.com:acme/pay.git", "acme/pay"),
        ("github.com:acme/pay.git", "acme/pay"),
        ("git@github.com:/acme/pay", "acme/pay"),
        ("https://github.com/acme/pay.git", "acme/pay"),
        ("ssh://git@example.com:22/group/sub/pay.git/", "group/sub/pay"),
        ("../elsewhere", "pay"),
    ],
)
def test_a_clone_knows_its_repository_by_where_it_came_from(url: str, name: str, tmp_path: Path) -> None:
    path = repository(tmp_path / "pay")
    git(path, "remote", "add", "origin", url)
    assert name_repository(path) == name


def test_paths_are_the_same_whatever_git_is_configured_to_show(tmp_path: Path) -> None:
    inner, path = repository(tmp_path / "inner", 0), repository(tmp_path / "pay")
    git(path, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "svc/lib", at=day(0))
    git(path, "commit", "-q", "-m", "with", at=day(0))
    git(path, "config", "diff.ignoreSubmodules", "all")
    git(path, "config", "diff.relative", "true")
    store = Store.open(MEMORY)
    assert read(store, path / "svc", files=True) == 1
    assert rows(store, "SELECT files FROM commits") == [([".gitmodules", "svc/lib"],)]


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("Reverts acme/pay#5", 5),
        ("This reverts merge request !12", 12),
        ("Reverts acme/deep/er/pay!7", 0),
        ("It reverts #5", 0),
    ],
)
def test_a_revert_is_told_as_github_and_gitlab_write_it(body: str, number: int) -> None:
    one: Any = event("pull_request", 1, status="opened", repository="acme/pay", number=6, body=body)
    assert rows(fill(Store.open(MEMORY), [one]), "SELECT reverts_number FROM pull_request_events") == [(number,)]


def test_a_merges_files_are_those_of_what_it_brought(tmp_path: Path) -> None:
    path, store = repository(tmp_path / "pay", 0), Store.open(MEMORY)
    for name in ("web", "api"):
        git(path, "checkout", "-q", "-b", name, "main~0")
        (path / name).write_text(name)
        git(path, "add", name)
        git(path, "commit", "-q", "-m", name, at=day(1))
        git(path, "checkout", "-q", "main")
        git(path, "merge", "-q", "--no-ff", "-m", f"merge {name}", name, at=day(2))
    read(store, path, files=True)
    told = rows(store, "SELECT title, files FROM commits WHERE starts_with(title, 'merge') ORDER BY 1")
    assert told == [("merge api", ["api"]), ("merge web", ["web"])]


def test_merges_of_one_second_are_deployed_as_they_follow_one_another(tmp_path: Path) -> None:
    path, store = repository(tmp_path / "pay", 0), Store.open(MEMORY)
    for number in range(5):
        git(path, "checkout", "-q", "-b", f"x{number}")
        git(path, "commit", "-q", "--allow-empty", "-m", f"change {number}", at=day(1))
        git(path, "checkout", "-q", "main")
        git(path, "merge", "-q", "--no-ff", "-m", f"merge {number}", f"x{number}", at=day(1))
    backfill_git(store, SETTINGS, GitRun(path, "acme/pay", "pay", merges_to="main"))
    compute(store, SETTINGS)
    found = rows(store, "SELECT deployment, shipped, rollback FROM deployments ORDER BY first_success_at")
    in_order = rev_list(path, "--first-parent", "--merges", "--reverse", "main")
    assert found == [(sha, min(place, 1), False) for place, sha in enumerate(in_order)]
