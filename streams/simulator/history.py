"""A whole simulation: a year of an organisation's history, what its senders sent, and the truth of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from streams.simulator.catalog import write_catalog
from streams.simulator.desk import Desk
from streams.simulator.development import Development
from streams.simulator.failures import Failures
from streams.simulator.operations import HOUR, Operations
from streams.simulator.organisation import Organisation, organise
from streams.simulator.outbox import SimDelivery
from streams.simulator.truth import Truth
from streams.simulator.world import Process, Running, World


class Simulation:
    """An organisation and all that has happened in it so far."""

    def __init__(self, seed: int, services: int, start: datetime, end: datetime) -> None:
        self.organisation: Organisation = organise(seed, services)
        self.world = World(seed, self.organisation, start, end)
        desk = Desk(self.world)
        self._development = Development(self.world, desk)
        self._operations = Operations(self.world, desk)
        self._failures = Failures(self.world, desk, self._development, self._operations)
        self._truth: Truth | None = None
        process = self.world.env.process
        for site in self.world.sites.values():
            desk.found(site)
            process(self._development.run(site))
        for running in self.world.running:
            process(self._operations.run(running))
            if running.service.kind.catalogued:
                process(self._failures.outages(running))
        self.advance(end)

    @property
    def deliveries(self) -> list[SimDelivery]:
        """Everything sent so far, ordered by time."""
        return self.world.outbox.deliveries

    @property
    def truth(self) -> Truth:
        """What the numbers have to be, for all that happened so far."""
        if self._truth is None:
            self._truth = Truth(self.world.ledger, self.organisation)
        return self._truth

    def write_catalog(self, folder: Path) -> None:
        """Writes the organisation as catalog-info.yaml files below `folder`."""
        write_catalog(self.organisation, folder)

    def advance(self, until: datetime) -> list[SimDelivery]:
        """Lets time pass up to `until`; gives what was sent meanwhile."""
        before = len(self.deliveries)
        seconds = (until - self.world.start).total_seconds()
        if seconds > self.world.env.now:
            self.world.env.run(until=seconds)
            self._truth = None
        return self.deliveries[before:]

    def go_live(self, haste: int) -> None:
        """From now on everybody works without a break, `haste` times faster than in life."""
        self.world.haste = haste
        process = self.world.env.process
        for site in self.world.sites.values():
            process(self._development.run(site))
        for running in self.world.running:
            process(self._deploy_often(running))

    def _deploy_often(self, running: Running) -> Process:
        while True:
            yield self.world.wait(running.rng.uniform(2, 16) * HOUR)
            yield from self._operations.deploy_next(running)


def simulate(seed: int, services: int = 12, days: int = 365, until: datetime | None = None) -> Simulation:
    """The same seed and arguments give the same history. `until` (aware) is its end: by default today, 00:00 UTC."""
    end = until.astimezone(UTC) if until else datetime.now(UTC).replace(hour=0, minute=0, second=0)
    end = end.replace(microsecond=0)
    return Simulation(seed, services, end - timedelta(days=days), end)
