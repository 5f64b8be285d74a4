"""Git is the judge: what we say a deployment shipped is what `git log` says, repository after random repository."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import SecretStr

from models.settings import Settings
from streams.backfill.git import GitRun, backfill_git
from tests.gitgroup import MONO, Group, group
from tests.gitjudge import (
    Shipped,
    Truth,
    expected,
    told_by_git,
    told_by_pushes,
    told_with_parents,
    touched_files,
    waiting,
)  # fmt: skip
from tests.gitworld import World
from tests.warehouses import PEOPLE, content, fill, rows
from warehouse.compute import compute, rebuild
from warehouse.store import MEMORY, Store

SETTINGS = Settings(people_key=SecretStr(PEOPLE.decode()))


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


def agree_on_waiting(store: Store, made: Group, truth: Callable[[World], Truth]) -> None:
    """What waits on default branches, by our warehouse and by git."""
    heads = {w.repository: w.main for w in made.worlds}
    theirs = waiting(made.deployments, {w.repository: truth(w) for w in made.worlds}, files_of(made), heads)
    assert set(rows(store, "SELECT service, repository, sha FROM undeployed")) == theirs


def shuffled_in_batches(events: Iterable[Any], random: Random, count: int) -> list[list[Any]]:
    """The events in any order, a quarter of them twice, cut anywhere."""
    sent = [*events]
    sent += random.sample(sent, len(sent) // 4)
    random.shuffle(sent)
    cuts = sorted(random.sample(range(len(sent)), count - 1))
    return [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]


def as_it_happened(events: Iterable[Any], random: Random, count: int) -> list[list[Any]]:
    """The events nearly in order of time, cut anywhere: how a warehouse lives, so that walks go on from before."""
    sent = sorted(events, key=lambda e: e.at.timestamp() + 3600 * random.choice([0, 0, 0, 0, 0, 0, 0, 0, 0, 30]))
    cuts = sorted(random.sample(range(len(sent)), count - 1))
    return [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]


def by_webhooks(made: Group, parents: bool, seed: int) -> Store:
    """The warehouse after all webhooks, in any order and batches."""
    store, random = Store.open(MEMORY), Random(seed)
    events = [*made.events(parents), *made.deployed()]
    batches = as_it_happened(events, random, 10) if seed % 2 else shuffled_in_batches(events, random, 3)
    for batch in batches:
        fill(store, batch, SETTINGS)
    return rebuilt(store)


def rebuilt(store: Store) -> Store:
    """The store, whose incremental content equals what is computed from nothing."""
    incremental = content(store)
    rebuild(store, SETTINGS)
    for table, told in content(store).items():
        assert incremental[table] == told, f"{table}: incremental differs from rebuilt"
    return store


def backfill(store: Store, made: Group) -> None:
    for world in made.worlds:
        backfill_git(store, SETTINGS, GitRun(world.path, world.repository, files=world.repository == MONO))
    compute(store, SETTINGS)


def by_backfill(made: Group) -> Store:
    """The warehouse after a backfill: deployments and pull requests are told by events, commits by git alone."""
    store = fill(Store.open(MEMORY), [*made.deployed(), *made.pull_requests()], SETTINGS)
    backfill(store, made)
    return rebuilt(store)


def files_of(made: Group) -> dict[str, Sequence[str]]:
    return {sha: files for w in made.worlds for sha, files in touched_files(w.path, w.host.pushed).items()}


def asked(made: Group, truth: Callable[[World], Truth]) -> Shipped:
    """The expectation, from what `truth` knows of each repository."""
    return expected(made.deployments, {w.repository: truth(w) for w in made.worlds}, files_of(made))


def judge(seed: int, folder: Path, wild: bool, real: bool = False) -> int:
    """Judges a group of repositories: by webhooks with and without parents, by backfill, by both."""
    made = group(seed, folder, wild, real=real)
    for world in made.worlds:
        world.finish(pull_refs=bool(seed % 3))

    def by_parents(w: World) -> Truth:
        return told_with_parents(w.host, w.path)

    def by_pushes(w: World) -> Truth:
        return told_by_pushes(w.host, w.path.with_suffix(".told"))

    def by_git(w: World) -> Truth:
        return told_by_git(w.path, w.host.landed)

    git, pushes = asked(made, by_parents), asked(made, by_pushes)
    if not wild:
        agree(pushes, git)
    store = by_webhooks(made, True, seed)
    count = agree(shipped(store), git)
    agree_on_waiting(store, made, by_parents)
    store = by_webhooks(made, False, seed)
    count += agree(shipped(store), pushes)
    agree_on_waiting(store, made, by_pushes)
    filled = by_backfill(made)
    count += agree(shipped(filled), asked(made, by_git))
    agree_on_waiting(filled, made, by_git)
    if not wild:
        backfill(store, made)
        count += agree(shipped(rebuilt(store)), git)
        fill(filled, [*made.events(False), *made.deployed()], SETTINGS)
        assert content(filled) == content(store), "the order of backfill and webhooks matters"
    return count


@pytest.mark.parametrize("seed", range(5))
def test_ships_what_git_ships(seed: int, tmp_path: Path) -> None:
    assert judge(seed, tmp_path, wild=False) > 20


@pytest.mark.parametrize("seed", range(100, 104))
def test_wild_repositories_ship_what_is_known_of_them(seed: int, tmp_path: Path) -> None:
    assert judge(seed, tmp_path, wild=True) > 20


def test_repositories_made_by_git_s_own_commands(tmp_path: Path) -> None:
    assert judge(1, tmp_path, wild=False, real=True) > 20


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1170))
def test_five_hundred_repositories(seed: int, tmp_path: Path) -> None:
    """Three repositories each."""
    assert judge(seed, tmp_path, wild=bool(seed % 2), real=seed % 20 == 0) > 20
