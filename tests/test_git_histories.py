"""Git is the judge of real histories: tags as deployments where there are tags, else merges to a branch."""

import lzma
import subprocess
from pathlib import Path

import pytest

from models.settings import Settings
from streams.backfill.git import GitRun, backfill_git
from tests.gitwriter import git, rev_list
from tests.test_git_judge import shipped
from warehouse.compute import compute
from warehouse.store import MEMORY, Store

ROOT = Path(__file__).parent.parent
HISTORIES = ROOT.parent / "shared" / "corpora" / "histories"
SLOW = {"pip", "demo", "click"}


def names() -> list[object]:
    found = sorted(path.name.removesuffix(".fe.xz") for path in HISTORIES.glob("*.fe.xz"))
    return [pytest.param(name, marks=pytest.mark.soak if name in SLOW else ()) for name in found]


def main_branch(path: Path) -> str:
    """The branch with the longest first-parent way."""
    heads = git(path, "for-each-ref", "--format=%(refname)", "refs/heads").split()
    return max(heads, key=lambda head: int(git(path, "rev-list", "--first-parent", "--count", head)))


def judge(path: Path) -> int:
    """Compares every deployment with `git log`; gives how many there were."""
    tagged = bool(git(path, "tag").split())
    branch = None if tagged else main_branch(path)
    git(path, "commit-graph", "write", "--reachable")
    store = Store.open(MEMORY)
    settings = Settings(people_key="a key for tests")  # pyright: ignore[reportArgumentType]
    run = GitRun(path, "acme/app", "app", tags="*" if tagged else None, merges_to=branch)
    read = backfill_git(store, settings, run)
    assert read.commits == len(rev_list(path, "--all"))
    compute(store, settings)
    ours, expected, earlier = shipped(store), {}, []
    for name, sha in tags_by_date(path) if tagged else merges_by_date(path, str(branch)):
        found = rev_list(path, sha, "--not", *earlier, "--no-merges") if earlier else []
        expected["app", "production", name] = {("acme/app", one) for one in found}
        earlier.append(sha)
    assert len(expected) == read.deployments
    for where, commits in expected.items():
        assert ours.get(where, set()) == commits, where
    assert ours.keys() <= expected.keys()
    return len(expected)


def tags_by_date(path: Path) -> list[tuple[str, str]]:
    """(tag, commit), in the order in which they were deployed."""
    lines = git(path, "for-each-ref", "--format=%(creatordate:unix) %(refname:strip=2)", "refs/tags").splitlines()
    found = [(int(at), name) for at, _, name in (line.partition(" ") for line in lines)]
    return [(name, rev_list(path, "-1", name)[0]) for _, name in sorted(found, key=lambda t: (t[0], len(t[1]), t[1]))]


def merges_by_date(path: Path, branch: str) -> list[tuple[str, str]]:
    lines = git(path, "log", "--first-parent", "--merges", "--format=%ct %H", branch).splitlines()
    return [(sha, sha) for _, sha in sorted((int(at), sha) for at, _, sha in (line.partition(" ") for line in lines))]


@pytest.mark.parametrize("name", names())
def test_real_histories(name: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path)], check=True)
    with lzma.open(HISTORIES / f"{name}.fe.xz") as stream:
        subprocess.run(["git", "-C", str(tmp_path), "fast-import", "--quiet"], input=stream.read(), check=True)
    assert judge(tmp_path) > 10


def test_histories_are_there() -> None:
    if not HISTORIES.exists():
        pytest.skip(f"{HISTORIES} is missing: no real histories to judge")


def test_this_project(tmp_path: Path) -> None:
    """Its own history; every third commit of the main line is tagged in a copy."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone: no history to judge")
    git(tmp_path, "clone", "-q", "--bare", str(ROOT), "copy.git")
    copy = tmp_path / "copy.git"
    for number, sha in enumerate(reversed(rev_list(copy, "--first-parent", "HEAD")[::3])):
        git(copy, "tag", f"d{number}", sha)
    assert judge(copy) > 3
