"""Several random repositories in one warehouse: services, a monorepo, forks, deployments of two at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from models.events import EVENT, CatalogSnapshot
from tests.catalogs import component
from tests.gitjudge import Deployed
from tests.gitworld import World
from tests.warehouses import START

MONO = "acme/mono"
FOLDERS = {"left": ("left/",), "right": ("right/", "docs/r")}


@dataclass(slots=True)
class Group:
    """Worlds, and what was deployed from them."""

    worlds: list[World]
    deployments: list[Deployed] = field(default_factory=list)

    def events(self, parents: bool) -> list[Any]:
        """Every webhook of the host, forks' too; deployments aside."""
        return [e for w in self.worlds for host in (w.host, w.fork) for e in host.webhooks(parents)]

    def pull_requests(self) -> list[Any]:
        """The pull requests' events alone: what a backfill from the host's lists tells beside git."""
        return [event for event in self.events(False) if event.type == "pull_request"]

    def deployed(self) -> list[Any]:
        """The deployments' events, and the catalog that says which folders are whose."""
        return [catalog(), *dict.fromkeys(event for one in self.deployments for event in _events(one))]


def group(seed: int, folder: Path, wild: bool, count: int = 3, steps: int = 14, real: bool = False) -> Group:
    """`count` repositories: the first a monorepo of two services, the others one service each."""
    random = Random(seed)
    worlds = []
    for number in range(count):
        name = MONO if not number else f"acme/app{number}"
        folders = ("left", "right", "docs") if not number else ("src",)
        world = World(name, folder / f"{seed}-{number}.git", random, wild, real, folders)
        worlds.append(world.run(random.randint(steps // 2, steps)))
    made = Group(worlds)
    _deploy(made, random, wild)
    return made


def _deploy(made: Group, random: Random, wild: bool) -> None:
    """Deployments in an order of their own: mostly forward, at times again or backward, to two environments."""
    at, number = START, 0
    for world in made.worlds:
        candidates = [*dict.fromkeys(world.deployable)]
        if wild:
            candidates += random.sample(sorted(world.host.pushed), len(world.host.pushed) // 3)
        position = 0.0
        at = START + timedelta(seconds=number)
        while position < len(candidates):
            sha = candidates[int(position)]
            roll = random.random()
            sha = random.choice(candidates[: int(position) + 1]) if roll < 0.2 else "f" * 40 if roll > 0.95 else sha
            at = max(at, world.host.pushed.get(sha, at)) + timedelta(minutes=random.randint(1, 90))
            number += 1
            environment = random.choice(["production", "production", "production", "staging"])
            status = "success" if random.random() < 0.9 else "failure"
            for service, place, prefixes in _targets(world.repository, random):
                made.deployments.append(
                    Deployed(
                        service, environment, f"D{number}", at, ((world.repository, sha),), status, place, prefixes
                    )
                )
            position += random.random() * 2.5
    apps = made.worlds[1:3]
    if len(apps) == 2:
        at = max(world.now for world in apps)
        for _ in range(4):
            at, number = at + timedelta(minutes=60), number + 1
            both = tuple((w.repository, random.choice(w.deployable)) for w in apps)
            made.deployments.append(
                Deployed("bundle", "production", f"D{number}", at, both, place=(("service", "bundle"),))
            )


def _targets(repository: str, random: Random) -> list[tuple[str, tuple[tuple[str, Any], ...], tuple[str, ...]]]:
    """(service, fields that name it, folders): a monorepo's repository is both of its services."""
    if repository != MONO:
        return [(repository, (("repository", repository),), ())]
    if random.random() < 0.4:
        return [(name, (("repository", MONO),), folders) for name, folders in FOLDERS.items()]
    name = random.choice(sorted(FOLDERS))
    return [(name, (("service", name), ("repository", MONO)), FOLDERS[name])]


def _events(one: Deployed) -> Sequence[Any]:
    commits = (
        {"sha": one.commits[0][1]} if len(one.commits) == 1
        else {"commits": [{"repository": name, "sha": sha} for name, sha in one.commits]}
    )  # fmt: skip
    base = {"type": "deployment", "deployment": one.deployment, "environment": one.environment} | dict(one.place)
    return [
        EVENT.validate_python(base | commits | {"id": f"{one.deployment}/{status}", "status": status, "at": at})
        for status, at in (("in_progress", one.at - timedelta(minutes=1)), (one.status, one.at))
    ]


def catalog() -> CatalogSnapshot:
    """Binds the monorepo to its services, each with its folders."""
    entities = tuple(
        component(name, MONO, **{"leadline.dev/paths": ",".join(folders)}) for name, folders in FOLDERS.items()
    )
    return CatalogSnapshot(id="catalog", at=START, location="folder", entities=entities)
