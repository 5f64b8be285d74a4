"""Laws of the line: any order, any duplicates and any split into batches leave the same warehouse.

And what was computed as events arrived equals what is computed from nothing.
"""

from datetime import timedelta
from hashlib import sha1
from itertools import groupby
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.events import CatalogSnapshot
from models.settings import Settings
from tests.catalogs import component
from tests.warehouses import PEOPLE, START, at, content, deploy, event, fill, incident, parsed, push, rows
from warehouse.compute import compute, rebuild
from warehouse.facts import write_batch
from warehouse.store import MEMORY, Store

SETTINGS = Settings()
STEP = timedelta(hours=4)
REPOSITORIES = ("acme/pay", "acme/mono")
few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(few, max_examples=150)


def sha_of(*parts: Any) -> str:
    """A commit's name."""
    return sha1(repr(parts).encode(), usedforsecurity=False).hexdigest()


def snapshot(random: Random, hours: float) -> CatalogSnapshot:
    """A small catalog whose bindings differ from one snapshot to the next."""
    paths = {"leadline.dev/paths": "left/"}, {"leadline.dev/paths": "right/"}
    slugs = {"left": "acme/mono", "right": "ACME/Mono"}
    owners = ["one", "two"]
    entities = [
        component(name, slug, random.choice(owners), **told)
        for (name, slug), told in zip(slugs.items(), paths, strict=True)
    ]
    if random.random() < 0.5:
        entities.append(component("pay", "acme/pay", random.choice(owners)))
    return CatalogSnapshot(id=f"c{hours}", at=at(hours), location="folder", entities=tuple(entities))


def history(seed: int) -> list[Any]:
    """A random organisation's events: branches, merges, squashes, reverts, deployments, rollbacks, incidents."""
    random = Random(seed)
    events: list[Any] = []
    for repository in REPOSITORIES:
        head, shas, number = "", [], 0
        for step in range(random.randint(2, 9)):
            hours = step * 5 + random.random()
            names = [sha_of(repository, step, letter) for letter in "abc"[: random.randint(1, 3)]]
            commits = [
                {"sha": sha, "committed_at": at(hours + i / 100), "files": [random.choice(["left/x", "right/y"])],
                 "message": f"This reverts commit {random.choice(shas)}" if shas and random.random() < 0.2 else sha}
                for i, sha in enumerate(names)
            ]  # fmt: skip
            if random.random() < 0.4:
                number += 1
                branch = random.choice(["feature/x", "hotfix/y"])
                events.append(push(hours, "", commits=commits, branch=branch, repository=repository))
                left = [
                    {
                        "sha": sha_of(names[-1], "left"),
                        "committed_at": at(hours + 1),
                        "message": "squashed",
                        "files": ["left/x"],
                    }
                ]
                events.append(push(hours + 1, head, commits=left, repository=repository))
                events.append(
                    event(
                        "pull_request", hours + 1, repository=repository, number=number, status="merged",
                        head_sha=names[-1], merge_sha=left[0]["sha"], head_branch=branch,
                    )
                )  # fmt: skip
                commits = left
            else:
                events.append(push(hours, head, commits=commits, repository=repository))
            head = commits[-1]["sha"]
            shas += [*names, head]
            for environment in ("production", "staging"):
                name = f"{repository}#{step}#{environment}"
                where = {"repository": repository, "environment": environment}
                events.append(deploy(hours + 2, name, head, status="in_progress", **where))
                sha = random.choice([head, head, random.choice(shas), "unknown"])
                status = random.choice(["success", "success", "success", "failure"])
                fixes = f"{repository}#{step - 1}#{environment}" if random.random() < 0.1 else None
                events.append(deploy(hours + 3, name, sha, status=status, fixes=fixes, **where))
            if random.random() < 0.5:
                link = {"deployment": f"{repository}#{step}#production"} if random.random() < 0.3 else {}
                where = {"repository": repository} if random.random() < 0.8 else {"services": ["pay", "left"]}
                where = where if random.random() < 0.9 else {"bindings": []}
                opened = hours + 3 + random.random() * 30
                events.append(
                    event("incident", opened, incident=f"{repository}{step}", status="opened", **where, **link)
                )
                if random.random() < 0.7:
                    events.append(incident(opened + 2, f"{repository}{step}", "resolved", **where))
    events += [snapshot(random, 1), snapshot(random, 2)] if random.random() < 0.7 else []
    return events


def batches(events: list[Any], random: Random) -> list[list[Any]]:
    """The events in any order, some of them twice, split anywhere."""
    sent = events + random.sample(events, len(events) // 4)
    random.shuffle(sent)
    cuts = sorted(random.sample(range(len(sent)), min(6, len(sent))))
    return [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]


@few
@given(st.integers(0, 10**6))
def test_order_duplicates_and_batches_change_nothing(seed: int) -> None:
    the_law_holds(seed)


@pytest.mark.soak
@many
@given(st.integers(0, 10**6))
def test_order_duplicates_and_batches_change_nothing_at_length(seed: int) -> None:
    the_law_holds(seed)


def the_law_holds(seed: int) -> None:
    """A random history in any order, split anywhere, and as it happened, leaves the same warehouse."""
    events, random = history(seed), Random(seed + 1)
    straight = Store.open(MEMORY)
    fill(straight, events, SETTINGS)
    shuffled = Store.open(MEMORY)
    for batch in batches(events, random):
        fill(shuffled, batch, SETTINGS)
    as_it_happened = Store.open(MEMORY)
    for _, batch in groupby(sorted(events, key=lambda one: one.at), key=lambda one: (one.at - START) // STEP):
        fill(as_it_happened, list(batch), SETTINGS)
    told = content(straight)
    for store in (shuffled, as_it_happened):
        incremental = content(store)
        for table, expected in told.items():
            assert incremental[table] == expected, table
    for chunk in (200, 1):
        with patch("warehouse.compute.CHUNK", chunk):
            rebuild(shuffled, SETTINGS)
        assert content(shuffled) == told


def test_the_world_of_the_laws_is_worth_it() -> None:
    """The random histories reach every kind of evidence, recovery, exchange and containment."""
    store = Store.open(MEMORY)
    found: set[Any] = set()
    for seed in range(25):
        fill(store, [one.model_copy(update=_renamed(one, seed)) for one in history(seed)], SETTINGS)
        for query in (
            "SELECT DISTINCT via FROM failure_evidence", "SELECT DISTINCT recovered_by FROM deployments",
            "SELECT DISTINCT split_part(because, ':', 1) FROM contained",
            "SELECT DISTINCT remediation FROM deployments",
        ):  # fmt: skip
            found |= {row[0] for row in rows(store, query)}
    assert found >= {
        "incident_link", "fixes", "rollback", "revert", "incident_window", "incident", "hotfix", "shipped", "squash",
        "baseline", "exchanged", "other_paths",
    }  # fmt: skip


def _renamed(one: Any, seed: int) -> dict[str, Any]:
    """Each seed's history lives in repositories of its own."""
    repository = getattr(one, "repository", None)
    return {"repository": f"{repository}{seed}"} if repository and repository != "acme/mono" else {}


def test_a_batch_written_twice_changes_nothing_and_is_counted() -> None:
    store = Store.open(MEMORY)
    batch = [parsed(one) for one in history(1)]
    first = write_batch(store, batch, people_key=PEOPLE)
    compute(store, SETTINGS)
    before = content(store)
    second = write_batch(store, batch, people_key=PEOPLE)
    compute(store, SETTINGS)
    assert content(store) == before
    assert (first.stored, first.duplicates, second.stored) == (len(batch), 0, 0)
    assert second.duplicates == len(batch)
    assert second.touched == []


def test_people_are_hashes() -> None:
    store = Store.open(MEMORY)
    commit = {"sha": "a", "committed_at": START, "author": "Ann@Example.org"}
    fill(store, [push(1, "", commits=[commit])])
    ((author, handle),) = rows(store, "SELECT author, handle FROM commits")
    assert handle is None
    assert len(author) == 32 and "ann" not in author
