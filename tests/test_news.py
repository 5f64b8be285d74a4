"""What is folded in Python, of few deployments, equals what SQL folds, of all."""

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.settings import Settings
from tests.warehouses import PEOPLE, deploy, parsed, push, store_of
from warehouse.compute.append.news import News, read_news
from warehouse.compute.bindings import Bindings
from warehouse.compute.place import place
from warehouse.compute.steps import step
from warehouse.facts import write_batch
from warehouse.store import Store

STORE = store_of(
    push(1, "", "a", "b"),
    push(1, "", "s", "b", repository="acme/fork"),
    deploy(2, "V1", "b"),
    deploy(2, "V1", "b", service="other"),
)
PATTERNS = {"production_pattern": Settings().production_pattern, "hotfix_branch_pattern": "^hotfix/"}
FORK = {"repository": "acme/fork", "sha": "s"}
STATUSES = ["queued", "in_progress", "cancelled", "error", "failure", "success", "success", "inactive"]
COLUMNS = (
    "service", "environment", "source", "deployment", "production", "status", "started_at", "first_success_at",
    "last_failure_at", "version", "ref", "url", "commits", "flagged_rollback", "fixes", "marked_failed",
)  # fmt: skip


def told(seed: int) -> list[Any]:
    """Some events of one deployment, few moments apart, so that they tie."""
    random = Random(seed)

    def some(*values: Any) -> Any:
        return random.choice([None, None, *values])

    return [
        deploy(
            10 + random.randrange(2), f"D{seed}", some("a", "s", "unknown"), random.choice(STATUSES),
            environment=random.choice(["production", "Prod-eu"]),
            service=random.choice(["other", "acme/pay"]),
            repository=random.choice([None, None, "acme/pay", "acme/fork"]),
            commits=random.choice([(), (), (FORK, {"repository": "acme/pay", "sha": "b"}), (FORK,)]),
            version=some("1", "2"), ref=some("main", "hotfix/x", "refs/heads/hotfix/y"), url=some("https://ci/1"),
            rollback=random.random() < 0.2, fixes=some("V1"), failed=random.random() < 0.2,
            production=some(True, False),
        )
        for _ in range(random.randint(1, 9))
    ]  # fmt: skip


def by_sql(store: Store, deployment: str, scope: list[str]) -> list[dict[str, Any]]:
    with store.transaction("derived") as cursor:
        step(cursor, "scope_some", services=scope)
        step(cursor, "scoped_deployments", production_pattern=PATTERNS["production_pattern"])
        place(cursor)
        query = f"SELECT {', '.join(COLUMNS)} FROM scoped_deployments WHERE deployment = $deployment"
        found = cursor.execute(query, {"deployment": deployment}).fetchall()
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def by_python(store: Store, deployment: str, scope: list[str]) -> list[News]:
    with store.transaction("derived") as cursor:
        return read_news(cursor, Bindings(cursor), [deployment], scope, **PATTERNS)


@settings(max_examples=50)
@given(st.integers(0, 10**9))
def test_python_folds_as_sql_does(seed: int) -> None:
    write_batch(STORE, [parsed(one) for one in told(seed)], people_key=PEOPLE)
    scope = ["acme/pay", "other", "acme/fork"][: 1 + seed % 3]
    expected = by_sql(STORE, f"D{seed}", scope)
    found = [
        {**one.now._asdict(), "flagged_rollback": one.flagged, "fixes": one.now.fixes}
        for one in by_python(STORE, f"D{seed}", scope)
    ]
    told_of = sorted(({name: row[name] for name in COLUMNS} for row in found), key=repr)
    assert told_of == sorted(expected, key=repr)
