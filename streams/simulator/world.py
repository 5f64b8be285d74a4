"""The world that the processes live in: its clock, its dice, its senders and its ledger."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import simpy

from streams.simulator.github import GithubHost
from streams.simulator.graph import Repository
from streams.simulator.hosts import EventsHost, Host
from streams.simulator.ledger import Deployment, Incident, Ledger, Pull
from streams.simulator.organisation import Organisation, Service, Team
from streams.simulator.outbox import Outbox
from streams.simulator.pagerduty import PagerdutyHost
from streams.simulator.people import Person
from streams.simulator.profiles import Profile, working_delay

Process = Generator[simpy.Event, Any, Any]


@dataclass(slots=True)
class Site:
    """A repository and those who work in it."""

    repository: Repository
    services: list[Service]
    team: Team
    host: Host
    rng: Random
    open_pulls: list[Pull] = field(default_factory=list)
    last_number: int = 0
    """Of its pull requests and branches."""

    def next_number(self) -> int:
        self.last_number += 1
        return self.last_number


@dataclass(slots=True)
class Running:
    """A service in production: what it is and has been there, and who may change it."""

    service: Service
    site: Site
    host: Host
    """Who tells of its deployments."""
    lock: simpy.Resource
    moved: simpy.Store
    """One item per change of the default branch, for those who deploy each."""
    rng: Random
    history: dict[str, list[Deployment]] = field(default_factory=dict)
    """Environment → the deployments that reached it, oldest first."""
    releases: int = 0
    staged: Deployment | None = None


class World:
    """Everything that the processes share. A moment is given out once: no two things happen in the same second."""

    def __init__(self, seed: int, organisation: Organisation, start: datetime, end: datetime) -> None:
        self.env = simpy.Environment()
        self.seed, self.organisation, self.start, self.end = seed, organisation, start, end
        self.ledger = Ledger()
        self.outbox = Outbox(self.dice("outbox"))
        self.github = GithubHost(self.outbox, start)
        no_parents = frozenset(s.repository for s in organisation.services if not s.kind.parents)
        self.events = EventsHost(self.outbox, no_parents)
        self.pagerduty = PagerdutyHost(self.outbox, {s.name: s.pagerduty_id for s in organisation.services})
        self.haste = 1
        """How many times faster than life things go; more than one in the live demo only."""
        self._last = start
        self._incidents = 0
        self.sites: dict[str, Site] = {}
        self.running: list[Running] = []
        for service in organisation.services:
            self._settle(service)

    def _settle(self, service: Service) -> None:
        name = service.repository
        if name not in self.sites:
            repository = self.ledger.repositories[name] = Repository(name)
            host = self.events if service.kind.source == "events" else self.github
            self.sites[name] = Site(repository, [], service.team, host, self.dice(name))
        site = self.sites[name]
        site.services.append(service)
        host = self.events if service.kind.deployments == "events" else self.github
        lock, moved = simpy.Resource(self.env), simpy.Store(self.env)
        history: dict[str, list[Deployment]] = {name: [] for name in service.kind.environments}
        self.running.append(Running(service, site, host, lock, moved, self.dice(service.name + ":run"), history))

    def dice(self, name: str) -> Random:
        """A source of chance of its own, so that one repository's doings don't shift another's."""
        return Random(f"{self.seed}:{name}")

    def now(self) -> datetime:
        """This moment, whole seconds, later than any moment given before."""
        moment = self.start + timedelta(seconds=int(self.env.now))
        self._last = max(moment, self._last + timedelta(seconds=1))
        return self._last

    def profile(self, team: Team) -> Profile:
        moment = self.start + timedelta(seconds=int(self.env.now))
        return team.behaviour_at(moment, self.end)

    def wait(self, seconds: float) -> simpy.Timeout:
        """Time that passes by day and by night."""
        return self.env.timeout(max(2, int(seconds / self.haste)))

    def work(self, seconds: float, team: Team) -> simpy.Timeout:
        """Time that passes while the team is at work."""
        if self.haste > 1:
            return self.wait(seconds)
        moment = self.start + timedelta(seconds=int(self.env.now))
        return self.env.timeout(max(2, working_delay(moment, seconds, team.offset_hours)))

    def backdate(self, moment: datetime, hours: float, rng: Random) -> datetime:
        """When a commit was made: now, but in the hasty live demo as long before as the team's work takes."""
        if self.haste == 1:
            return moment
        return moment - timedelta(seconds=int(hours * 3600 * rng.uniform(0.4, 1.4)))

    def member(self, team: Team, rng: Random) -> Person:
        return rng.choice(team.members)

    def open_incident(
        self, services: tuple[str, ...], title: str, by_events: bool, link: str | None = None
    ) -> Incident:
        """A new incident, told of by PagerDuty (one service that it knows) or by our own events."""
        self._incidents += 1
        number = self._incidents
        source, name = (
            ("events", f"INC-{number}") if by_events else ("pagerduty", f"Q{number:06d}{self.seed % 1000:03d}")
        )
        incident = Incident(source, name, number, services, title, link)
        self.ledger.incidents.append(incident)
        self.change_incident(incident, "opened")
        return incident

    def change_incident(self, incident: Incident, status: str) -> None:
        at = self.now()
        incident.changes.append((at, status))
        host = self.events if incident.source == "events" else self.pagerduty
        host.incident(incident, at, status)
