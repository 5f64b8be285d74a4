"""The truth: for many simulated organisations, every metric of the line equals what the simulator made up.

Real webhook bodies, real sources, real ingest, compute and engine; the simulator shares no code with them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from models.delivery import Delivery
from models.settings import Settings
from streams.ingest import ingest
from streams.simulator import Simulation, simulate
from streams.sources.catalog import encode
from tests.catalogs import snapshot_of
from warehouse.compute import compute
from warehouse.metrics.definitions import definitions
from warehouse.metrics.engine import Engine
from warehouse.metrics.query import MetricQuery
from warehouse.store import MEMORY, Store

METRICS = sorted(definitions())
SEEDS = range(21)


def deliveries(simulation: Simulation, folder: Path, random: Random) -> Iterator[list[Delivery]]:
    """The organisation's webhooks with its catalog, out of order and some twice, in a few batches."""
    simulation.write_catalog(folder)
    snapshot = snapshot_of(folder)
    sent = [Delivery(one.source, one.delivery_id, one.at, one.headers, one.body) for one in simulation.deliveries]
    sent.append(Delivery("catalog", snapshot.id, snapshot.at, {}, encode(snapshot)))
    sent += random.sample(sent, len(sent) // 20)
    random.shuffle(sent)
    size = len(sent) // 3 + 1
    for start in range(0, len(sent), size):
        yield sent[start : start + size]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_metric_equals_the_truth(seed: int, tmp_path: Path) -> None:
    simulation = simulate(seed, services=5, days=60)
    settings = Settings(home=tmp_path)
    store = Store.open(MEMORY)
    for batch in deliveries(simulation, tmp_path / "catalog", Random(seed)):
        ingest(store, settings, batch)
        compute(store, settings)
    truth, engine = simulation.truth, Engine(store, settings)
    until = max(one.at for one in simulation.deliveries) + timedelta(seconds=1)
    compared = 0
    for since in (until - timedelta(days=61), until - timedelta(days=20)):
        for metric in METRICS:
            for by, slices in (
                ("org", {"org": None}),
                ("team", truth.teams),
                ("service", {s: {s} for s in truth.services}),
            ):
                found = answers(engine, metric, since, until, by)
                for name, services in slices.items():
                    expected = truth.value(metric, since, until, services)
                    assert found.get(name, (None, 0)) == expected, f"{metric} of {by} {name} since {since}"
                    compared += expected[1] > 0
    assert compared > 50, "hardly anything was compared"


def answers(
    engine: Engine, metric: str, since: datetime, until: datetime, by: str
) -> dict[str, tuple[float | None, int]]:
    """Slice → (value, n), as the read API would say it."""
    query = MetricQuery(since=since.isoformat(), until=until.isoformat(), by=by)
    return {one.key: (one.value, one.n) for one in engine.metric(metric, query).results}
