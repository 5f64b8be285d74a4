"""Apache DevLake's own test of commits between deployments (plugin refdiff), reproduced.

DevLake compares a deployment with the one before it and lists everything for the first; we compare it with all before
it, and the first is the baseline. On DevLake's data both are the same commits.
"""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from models.events import EVENT
from tests.warehouses import rows, store_of
from warehouse.compute.graph import Graph

FOLDER = Path(__file__).parent.parent.parent / "shared" / "corpora" / "devlake_refdiff"

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason=f"{FOLDER} is missing")


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def parents() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in table("commit_parents"):
        found[row["commit_sha"]].append(row["parent_commit_sha"])
    return found


def expected() -> dict[tuple[str, str], list[str]]:
    """(new, old) → the commits between them, in DevLake's order."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in sorted(table("commits_diffs"), key=lambda row: int(row["sorting_index"])):
        found[row["new_commit_sha"], row["old_commit_sha"]].append(row["commit_sha"])
    return found


def test_the_graph_gives_commits_diffs_in_order() -> None:
    graph = Graph(parents())
    for (new, old), commits in expected().items():
        assert graph.difference(new, [old] if old else []) == commits


def test_every_finished_pair_is_judged() -> None:
    finished = table("_tool_refdiff_finished_commits_diffs")
    assert {(row["new_commit_sha"], row["old_commit_sha"]) for row in finished} == set(expected())


def test_deployments_contain_what_devlake_says() -> None:
    """Through the line: pushed commits with their parents, and the deployments of both projects."""
    store = store_of(*_push(), *_deployments())
    ours: dict[str, set[str]] = defaultdict(set)
    found = rows(store, "SELECT deployment, sha, counted, because FROM contained WHERE repository = 'REPO111'")
    for deployment, sha, _, _ in found:
        ours[deployment].add(sha)
    theirs = {new: set(commits) for (new, _), commits in expected().items()}
    shas = {row["id"]: row["commit_sha"] for row in table("cicd_deployment_commits")}
    assert {shas[deployment]: commits for deployment, commits in ours.items()} == theirs
    assert {because for deployment, _, _, because in found if shas[deployment] == "commit_sha1"} == {"baseline"}
    assert all(counted for deployment, _, counted, _ in found if shas[deployment] != "commit_sha1")


def _push() -> list[Any]:
    known, commits = parents(), sorted({row["commit_sha"] for row in table("repo_commits")})
    listed = [
        {"sha": sha, "committed_at": "2023-04-01T00:00:00Z", "message": sha, "parents": known.get(sha, [])}
        for sha in commits
    ]
    pushed = {"type": "push", "at": "2023-04-01T00:00:00Z", "branch": "main", "before": "", "after": commits[-1]}
    return [
        EVENT.validate_python(pushed | {"id": name, "repository": name, "commits": listed})
        for name in ("REPO111", "REPO222")
    ]


def _deployments() -> list[Any]:
    return [
        EVENT.validate_python({
            "type": "deployment", "id": row["id"], "at": row["started_date"], "deployment": row["id"],
            "environment": row["environment"].lower(), "status": "success", "repository": row["repo_url"],
            "sha": row["commit_sha"],
        })
        for row in table("cicd_deployment_commits")
    ]  # fmt: skip
