"""Services that share a repository by paths: whose is what a merged pull request brought."""

from typing import Any

import pytest

from models.events import CatalogSnapshot
from tests.catalogs import component
from tests.warehouses import at, deploy, event, push, rows, store_of
from warehouse.store import Store

REPOSITORY = "acme/mono"
PARTS = ("web", "api")
CATALOG = CatalogSnapshot(
    id="c",
    at=at(0),
    location="f",
    entities=tuple(component(name, REPOSITORY, **{"leadline.dev/paths": f"{name}/"}) for name in PARTS),
)


def change(sha: str, hours: float, *files: str, **more: Any) -> dict[str, Any]:
    return {"sha": sha, "committed_at": at(hours), "files": files, **more}


def pushed(hours: float, before: str, *commits: dict[str, Any], branch: str = "main") -> Any:
    return push(hours, before, commits=list(commits), repository=REPOSITORY, branch=branch)


def merged(number: int, hours: float, **fields: Any) -> Any:
    return event("pull_request", hours, status="merged", repository=REPOSITORY, number=number, **fields)


def live(hours: float, name: str, sha: str) -> list[Any]:
    """Both services deploy it: NAME-web and NAME-api."""
    return [deploy(hours, f"{name}-{part}", sha, service=part, repository=REPOSITORY) for part in PARTS]


BEFORE = [CATALOG, pushed(1, "", change("a", 1, "web/x", "api/x", parents=[])), *live(2, "1", "a")]


def verdicts(store: Store) -> dict[str, tuple[Any, ...]]:
    """Deployment → (failed_by, remediation), of those that have one."""
    found = rows(store, "SELECT deployment, failed_by, remediation FROM deployments")
    return {deployment: both for deployment, *both in found if any(both)}


@pytest.mark.parametrize("told", [[], None, ["web/x"]])
def test_a_reverted_merge_concerns_the_services_that_it_touched_whatever_is_told_of_its_files(told: Any) -> None:
    def files(sha: str, hours: float, message: str, parents: list[str]) -> dict[str, Any]:
        return change(sha, hours, message=message, parents=parents) | {"files": told}

    revert = "Revert\n\nThis reverts commit " + "d" * 40
    store = store_of(
        *BEFORE,
        pushed(3, "", change("b", 3, "web/x", parents=["a"]), branch="x"),
        merged(1, 4, head_sha="b", head_branch="x", merge_sha="d" * 40),
        pushed(4, "a", files("d" * 40, 4, "Merge pull request #1 from acme/x", ["a", "b"])),
        *live(5, "2", "d" * 40),
        pushed(6, "", change("e", 6, "web/x", parents=["d" * 40], message=revert), branch="r"),
        merged(2, 7, head_sha="e", head_branch="r", merge_sha="f", body="Reverts acme/mono#1"),
        pushed(7, "d" * 40, files("f", 7, "Merge pull request #2 from acme/r", ["d" * 40, "e"])),
        *live(8, "3", "f"),
    )
    assert verdicts(store) == {"2-web": ["revert", None], "3-web": [None, "revert"]}
    requests = rows(store, "SELECT number, service, deployment FROM deployed_pull_requests ORDER BY 1")
    assert requests == [(1, "web", "2-web"), (2, "web", "3-web")]


def test_a_squashed_hotfix_is_one_where_a_commit_of_its_branch_is_the_services() -> None:
    store = store_of(
        *BEFORE,
        pushed(3, "", change("b", 3, "web/x"), change("d", 3.1, "docs/y"), branch="fix/x"),
        pushed(6, "a", change("f", 6, "web/x", "docs/y")),
        merged(1, 6, head_sha="d", head_branch="fix/x", merge_sha="f", labels=["hotfix"]),
        *live(7, "2", "f"),
    )
    assert verdicts(store) == {"2-web": [None, "hotfix"]}
