"""What comes bit by bit equals what is computed from nothing, in histories that were once told apart."""

from typing import Any

import pytest

from models.events import CatalogSnapshot
from tests.catalogs import component
from tests.test_append import BASE, as_it_came, rebuilt
from tests.warehouses import at, content, deploy, event, incident, push, rows

MONO = {"repository": "acme/mono"}
LEFT = CatalogSnapshot(
    id="catalog",
    at=at(0),
    location="catalog",
    entities=(component("left", "acme/mono", "one", **{"leadline.dev/paths": "left/"}),),
)
PAY_AND_LIB = [{"repository": "acme/pay", "sha": "b"}, {"repository": "acme/lib", "sha": "z"}]


def commit(sha: str, hours: float, title: str = "", **more: Any) -> dict[str, Any]:
    return {"sha": sha, "committed_at": at(hours), "message": title or sha, **more}


def request(hours: float, status: str, **more: Any) -> Any:
    fields = {"repository": "acme/pay", "number": 1, "head_branch": "f1", "base_branch": "main"}
    return event("pull_request", hours, status=status, **fields, **more)


def in_mono(*events: Any) -> list[Any]:
    first = push(1, "", commits=[commit("a", 1, files=["left/x"])], **MONO)
    return [LEFT, first, deploy(2, "V1", "a", **MONO), *events]


CASES = {
    "commits and merges without files, in a monorepo": in_mono(
        push(
            3, "a", **MONO,
            commits=[
                commit("e", 3, files=[]), commit("f", 3.1, files=["left/x"]), commit("o", 3.2, files=["right/x"]),
                commit("m", 3.3, files=[], parents=["a", "f"]), commit("n", 3.4, parents=["m", "e"]),
                commit("u", 3.5, parents=["n", "o"]),
            ],
        ),
        deploy(4, "V2", "u", **MONO),
    ),
    "a merge that explains a push's head, live before it": [
        *BASE,
        push(40, "d", after="x", commits=[
            commit("s", 39, distinct=False), commit("m", 40, "Merge branch 'q'"), commit("x", 40.5)]),
        deploy(41, "V4", "m"),
        deploy(42, "V5", "x"),
    ],
    "an environment that becomes a production": [
        push(1, "", "a", "b"), deploy(2, "V1", "b"), deploy(2, "E1", "b", environment="eu"), push(3, "b", "c"),
        deploy(4, "E2", "c", environment="eu"), deploy(5, "E3", "c", environment="eu", production=True),
    ],
    "a production that is told before it is live": [
        push(1, "", "a", "b"), deploy(2, "V1", "b"), deploy(2, "E1", "b", environment="eu"), push(3, "b", "c"),
        deploy(4, "E2", "c", environment="eu"),
        deploy(5, "E3", "c", environment="eu", production=True, status="in_progress"),
        deploy(6, "E3", "c", environment="eu"),
    ],
    "a first deployment, not live yet, of a repository that another service takes from": [
        push(1, "", "a", "b"), push(1, "", "z", repository="acme/lib"), deploy(2, "V1", None, commits=PAY_AND_LIB),
        deploy(3, "L1", "z", status="in_progress", repository="acme/lib"),
    ],
    "a push by a service's name that only deletes a branch": [
        push(1, "", "a", "b", service="svc"), push(1, "", "z", repository="acme/lib"),
        push(2, "z", after="", commits=[], repository="acme/lib", service="svc", branch="q"),
    ],
    "a revert that is live from its branch before its squash": [
        push(1, "", "a", "b"), deploy(2, "V1", "a"), deploy(3, "V2", "b"),
        push(4, "b", branch="f1", commits=[commit("r", 4, "Revert\n\nThis reverts commit b.")]),
        request(4.5, "opened", head_sha="r"), deploy(5, "V3", "r"),
        push(6, "b", commits=[commit("s", 6, "Revert (#1)\n\nThis reverts commit b.")]),
        request(6, "merged", head_sha="r", merge_sha="s"), deploy(7, "V4", "s"),
        push(8, "s", "c"), deploy(9, "V5", "c"),
    ],
    "an incident that names a rollout before it fails": [
        push(1, "", "a", "b"), deploy(2, "V1", "a"), deploy(3, "V2", "b"), incident(4, "I", deployment="V3"),
        deploy(5, "V3", "c", status="failure"),
    ],
    "deployments to staging alone": [
        push(1, "", "a", "b"), deploy(2, "S1", "b", environment="staging"), push(3, "b", "c"),
        deploy(4, "S2", "c", environment="staging"), deploy(5, "S3", "c", environment="staging"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bit_by_bit_equals_from_nothing(case: str) -> None:
    assert content(as_it_came(CASES[case])) == content(rebuilt(CASES[case]))


def test_a_commit_without_files_is_no_change_of_a_path() -> None:
    store = as_it_came(CASES["commits and merges without files, in a monorepo"])
    found = dict(rows(store, "SELECT sha, because FROM contained"))
    assert found == {
        "a": "baseline", "e": "other_paths", "f": "shipped", "o": "other_paths",
        "m": "merge_no_paths", "n": "merge_no_paths", "u": "merge_no_paths",
    }  # fmt: skip
