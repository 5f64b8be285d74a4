"""Git is the judge: what we say a deployment shipped is what `git log` says, repository after random repository."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from models.settings import Settings
from tests.gitgroup import Group, group
from tests.gitjudge import Shipped, expected, told_by_git, told_by_pushes, told_with_parents
from tests.warehouses import content, fill, rows
from warehouse.compute import rebuild
from warehouse.store import MEMORY, Store

SETTINGS = Settings()


def shipped(store: Store) -> Shipped:
    """What the warehouse says that each deployment shipped; deployments that shipped nothing are missing."""
    found: Shipped = defaultdict(set)
    for service, environment, deployment, repository, sha in rows(
        store, "SELECT service, environment, deployment, repository, sha FROM contained WHERE counted"
    ):
        assert (repository, sha) not in found[service, environment, deployment], "one commit twice"
        found[service, environment, deployment].add((repository, sha))
    counts = rows(store, "SELECT service, environment, deployment, shipped FROM deployments WHERE shipped > 0")
    assert {(s, e, d): n for s, e, d, n in counts} == {where: len(shas) for where, shas in found.items()}
    return found


def agree(ours: Shipped, theirs: Shipped) -> int:
    """Raises where any deployment differs; gives how many there were."""
    for where in theirs.keys() | ours.keys():
        assert ours.get(where, set()) == theirs.get(where, set()), where
    return len(theirs)


def shuffled_in_batches(events: Iterable[Any], random: Random, count: int) -> list[list[Any]]:
    """The events in any order, a quarter of them twice, cut anywhere."""
    sent = [*events]
    sent += random.sample(sent, len(sent) // 4)
    random.shuffle(sent)
    cuts = sorted(random.sample(range(len(sent)), count - 1))
    return [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]


def by_webhooks(made: Group, parents: bool, seed: int) -> Store:
    """The warehouse after all webhooks, in any order and batches; as incremental as rebuilt."""
    store = Store.open(MEMORY)
    for batch in shuffled_in_batches([*made.events(parents), *made.deployed()], Random(seed), 3):
        fill(store, batch, SETTINGS)
    incremental = content(store)
    rebuild(store, SETTINGS)
    for table, told in content(store).items():
        assert incremental[table] == told, f"{table}: incremental differs from rebuilt"
    return store


def files_of(made: Group) -> dict[str, Sequence[str]]:
    return {sha: m.files if len(m.parents) < 2 else () for w in made.worlds for sha, m in w.commits.items()}


def judge_webhooks(seed: int, folder: Path, wild: bool, real: bool = False) -> int:
    """Judges one group of repositories by its webhooks, with and without parents."""
    made = group(seed, folder, wild, real=real)
    for world in made.worlds:
        world.finish(pull_refs=True)
    files = files_of(made)
    git = expected(
        made.deployments, {w.repository: told_with_parents(w.host, w.path) for w in made.worlds}, files
    )
    count = agree(shipped(by_webhooks(made, True, seed)), git)
    told = expected(
        made.deployments,
        {w.repository: told_by_pushes(w.host, w.path.with_suffix(".told")) for w in made.worlds},
        files,
    )
    if not wild:
        agree(told, git)
    return count + agree(shipped(by_webhooks(made, False, seed)), told)


@pytest.mark.parametrize("seed", range(12))
def test_webhooks_ship_what_git_ships(seed: int, tmp_path: Path) -> None:
    assert judge_webhooks(seed, tmp_path, wild=False) > 10


@pytest.mark.parametrize("seed", range(100, 108))
def test_webhooks_of_wild_repositories_ship_what_they_prove(seed: int, tmp_path: Path) -> None:
    assert judge_webhooks(seed, tmp_path, wild=True) > 10
