"""Who and what there is: domains, systems, teams, people, services. Made from a seed, before anything happens."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from faker import Faker

from streams.simulator.people import Person
from streams.simulator.profiles import BEHAVIOURS, Profile

OWNER = "acme"


@dataclass(frozen=True, slots=True)
class Archetype:
    """What a service is to show, beyond its team's behaviour."""

    name: str
    team: str
    system: str
    cadence: str = "continuous"
    """continuous | daily | weekly | monthly: when the default branch goes to production."""
    source: str = "github"
    """Who tells of its commits, pull requests and deployments: github | events."""
    deployments: str = "github"
    """Who tells of its deployments."""
    parents: bool = True
    """events: whether pushes tell git's own parents."""
    monorepo: str = ""
    """The repository that it shares."""
    environments: tuple[str, ...] = ("production",)
    branch_deploys: bool = False
    """Ships heads of feature branches before they are merged."""
    releases: bool = False
    """Ships from release branches."""
    forks: bool = False
    catalogued: bool = True


ARCHETYPES = (
    Archetype("checkout", "payments", "ordering"),
    Archetype("ledger", "payments", "ordering", source="events", deployments="events"),
    Archetype("web-shop", "storefront", "shop", "daily", deployments="events", monorepo="storefront"),
    Archetype("web-admin", "storefront", "shop", "weekly", deployments="events", monorepo="storefront"),
    Archetype("legacy-batch", "", "", "weekly", catalogued=False),
    Archetype("identity-api", "identity", "access", "daily", branch_deploys=True),
    Archetype("sessions", "identity", "access", "weekly", releases=True),
    Archetype("recommendations", "insights", "discovery", "daily", "events", "events", parents=False),
    Archetype("search", "insights", "discovery", "daily", environments=("production-eu", "production-us")),
    Archetype("shipping", "logistics", "fulfilment", "weekly", forks=True),
    Archetype("inventory", "logistics", "fulfilment", "weekly", environments=("prod",)),
    Archetype("partner-portal", "partners", "partnering", "monthly"),
)
TEAMS = {  # team: (behaviour, group above, UTC offset)
    "payments": ("elite", "commerce-engineering", 0),
    "storefront": ("high", "commerce-engineering", 1),
    "identity": ("worsening", "platform-engineering", 2),
    "insights": ("improving", "platform-engineering", -5),
    "logistics": ("medium", "operations-engineering", 1),
    "partners": ("low", "operations-engineering", 5),
}
DOMAINS = {"ordering": "commerce", "shop": "commerce", "access": "platform", "discovery": "platform"}
FEWEST_SPECIAL = 5
"""From so many services on, the monorepo's pair, one of the events source and one outside the catalog are always in."""


@dataclass(slots=True)
class Team:
    """A group that owns services; `parent` is the group above it."""

    name: str
    behaviour: str
    parent: str
    offset_hours: int
    members: list[Person] = field(default_factory=list)

    def behaviour_at(self, now: datetime, end: datetime) -> Profile:
        """How the team works at a moment of a simulation that ends at `end`."""
        return BEHAVIOURS[self.behaviour].at(now, end)


@dataclass(slots=True)
class Service:
    """A service; `name` is what Leadline is to show: its catalog name, or its repository outside the catalog."""

    name: str
    kind: Archetype
    team: Team
    """Who works on it; outside the catalog nobody knows."""
    repository: str
    system: str
    tier: str
    pagerduty_id: str
    path: str = ""
    """The folder that it owns in a monorepo, with a closing slash."""


@dataclass(slots=True)
class Organisation:
    """Everything that is there from the start."""

    teams: dict[str, Team]
    services: list[Service]
    above: dict[str, str | None]
    """Group → the group above it."""
    systems: dict[str, str]
    """System → domain."""

    def below(self) -> dict[str, frozenset[str]]:
        """Every group → the catalogued services of it and of the groups below it."""
        found: dict[str, set[str]] = {group: set() for group in self.above}
        for service in self.services:
            group = service.team.name if service.kind.catalogued else None
            while group:
                found[group].add(service.name)
                group = self.above[group]
        return {group: frozenset(names) for group, names in found.items()}


def organise(seed: int, count: int) -> Organisation:
    """An organisation of `count` services."""
    rng, fake = Random(f"{seed}:organisation"), Faker("en_US")
    fake.seed_instance(seed)
    teams: dict[str, Team] = {}
    services: list[Service] = []
    systems: dict[str, str] = {}
    for kind, suffix in _kinds(rng, count):
        key = (kind.team or "partners") + suffix
        if key not in teams:
            behaviour, parent, offset = TEAMS[kind.team or "partners"]
            people = [_person(fake, rng, offset) for _ in range(rng.randint(4, 7))]
            teams[key] = Team(key, behaviour, parent, offset, people)
        name = kind.name + suffix
        repository = f"{OWNER}/{(kind.monorepo or kind.name) + suffix}"
        system = kind.system + suffix if kind.system else ""
        if system:
            systems[system] = DOMAINS.get(kind.system, "operations")
        services.append(
            Service(
                name=name if kind.catalogued else repository,
                kind=kind,
                team=teams[key],
                repository=repository,
                system=system,
                tier=str(rng.choice((1, 2, 2, 3))),
                pagerduty_id="P" + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=6)),
                path=f"services/{name}/" if kind.monorepo else "",
            )
        )
    above: dict[str, str | None] = {"engineering": None}
    for team in teams.values():
        above[team.parent], above[team.name] = "engineering", team.parent
    return Organisation(teams, services, above, systems)


def _kinds(rng: Random, count: int) -> list[tuple[Archetype, str]]:
    """Which archetypes: all of them, again with a number behind the name; of a few, those that matter most."""
    if count >= len(ARCHETYPES):
        rounds = [
            (kind, f"-{n}" if n > 1 else "") for n in range(1, count // len(ARCHETYPES) + 2) for kind in ARCHETYPES
        ]
        return rounds[:count]
    special = list(ARCHETYPES[2:5]) if count >= FEWEST_SPECIAL else []
    if special:
        special.append(rng.choice([kind for kind in ARCHETYPES if kind.source == "events"]))
    others = [kind for kind in ARCHETYPES if kind not in special and not kind.monorepo]
    return [(kind, "") for kind in special + rng.sample(others, count - len(special))]


def _person(fake: Faker, rng: Random, offset: int) -> Person:
    first, last = fake.first_name(), fake.last_name()
    login = f"{first}-{last}{rng.randint(1, 99)}".lower().replace(" ", "").replace("'", "")
    return Person(login, f"{first} {last}", f"{login}@{OWNER}.example", offset)
