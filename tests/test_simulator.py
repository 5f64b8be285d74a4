"""The simulated organisation: one seed, one story; its senders are believable, its truth is git's own."""

import hmac
import importlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from ruamel.yaml import YAML
from standardwebhooks.webhooks import Webhook
from typer.testing import CliRunner

from models.delivery import Delivery
from models.events import EVENT
from streams.simulator import Simulation, simulate
from streams.simulator.__main__ import app
from streams.simulator.commits import Shipping
from streams.simulator.graph import Repository
from streams.simulator.ledger import Pull
from streams.simulator.play import disturbed
from streams.simulator.profiles import working_delay
from streams.simulator.signing import secrets_from, sign
from streams.simulator.truth import METRICS

END = datetime(2026, 6, 1, tzinfo=UTC)
SEEDS = range(21)
SECRETS = {"github": "gh-secret", "pagerduty": "pd-secret", "events": "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0"}


def small(seed: int) -> Simulation:
    return simulate(seed, services=5, days=60, until=END)


@pytest.fixture(scope="module")
def worlds() -> list[Simulation]:
    return [small(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def year() -> Simulation:
    return simulate(1, until=END)


def test_a_seed_tells_one_story(worlds: list[Simulation]) -> None:
    again = small(3)
    assert again.deliveries == worlds[3].deliveries != worlds[4].deliveries
    for metric in METRICS:
        assert again.truth.observations(metric) == worlds[3].truth.observations(metric)


def test_every_delivery_has_its_own_second(worlds: list[Simulation]) -> None:
    for world in worlds:
        times = [delivery.at for delivery in world.deliveries]
        assert times == sorted(set(times))
        assert all(not time.microsecond for time in times)
        assert len({d.delivery_id for d in world.deliveries}) == len(times)


def test_pushes_tell_what_is_new(worlds: list[Simulation]) -> None:
    """Every commit is `distinct` in the first push that lists it, and in no other."""
    for world in worlds:
        told: Counter[str] = Counter()
        for delivery in world.deliveries:
            if (delivery.source, delivery.event) == ("github", "push"):
                body = json.loads(delivery.body)
                assert body["created"] == (body["before"] == "0" * 40)
                assert not body["commits"] or body["commits"][-1]["id"] == body["after"]
                told.update(commit["id"] for commit in body["commits"] if commit["distinct"])
        assert max(told.values()) == 1


@pytest.mark.parametrize("name", ["github", "pagerduty", "events"])
def test_the_sources_understand_every_delivery(name: str, worlds: list[Simulation]) -> None:
    source = importlib.import_module(f"streams.sources.{name}").SOURCE
    for delivery in worlds[0].deliveries:
        if delivery.source == name:
            signed = sign(delivery, SECRETS[name])
            source.verify(delivery.body, signed, [SECRETS[name]])
            assert source.delivery_id(signed, json.loads(delivery.body), delivery.body) == delivery.delivery_id
            sent = Delivery(name, delivery.delivery_id, delivery.at, delivery.headers, delivery.body)
            assert source.parse(sent) or delivery.event == "ping"


def test_signatures_verify(worlds: list[Simulation]) -> None:
    by_source = {delivery.source: delivery for delivery in worlds[0].deliveries}
    github, events = by_source["github"], by_source["events"]
    digest = hmac.new(b"gh-secret", github.body, "sha256").hexdigest()
    assert sign(github, "gh-secret")["x-hub-signature-256"] == f"sha256={digest}"
    assert sign(by_source["pagerduty"], "gh-secret")["x-pagerduty-signature"].startswith("v1=")
    assert Webhook(SECRETS["events"]).verify(events.body.decode(), sign(events, SECRETS["events"]))
    assert sign(events, "plain")["authorization"] == "Bearer plain"
    assert secrets_from({"LEADLINE_SECRET_GITHUB": "new,old"}) == {"github": "new"}


def test_every_kind_of_story_is_told(worlds: list[Simulation]) -> None:
    """Truth compared over these seeds means something only where each rule has something to say."""
    pulls = [pull for world in worlds for pull in world.truth.ledger.pulls]
    outcomes = [outcome for world in worlds for outcome in world.truth.outcomes]
    incidents = [incident for world in worlds for incident in world.truth.ledger.incidents]
    assert {(pull.method, pull.is_fork) for pull in pulls if pull.left} >= {
        (method, fork) for method in ("merge", "squash", "rebase") for fork in (True, False)
    }
    assert any(pull.stacked_on and pull.left for pull in pulls)
    assert any(pull.rewritten for pull in pulls) and any(pull.closed_at and not pull.left for pull in pulls)
    assert {kind for o in outcomes for kind in o.evidence} == {"explicit", "rollback", "revert", "incident"}
    assert {kind for o in outcomes for kind in o.remediation} == {"rollback", "hotfix", "revert", "fixes"}
    assert any(o.failed and not o.recovered_at for o in outcomes)
    assert {o.environment for o in outcomes} == {"production", "prod", "production-eu", "production-us"}
    assert {incident.changes[-1][1] for incident in incidents} >= {"opened", "acknowledged", "resolved", "reopened"}
    assert any(len(i.services) > 1 for i in incidents) and any(i.deployment for i in incidents)
    rates = [row.value for world in worlds for row in world.truth.observations("deployment_success_rate")]
    assert set(rates) == {0.0, 1.0}


def test_the_year_is_worth_looking_at(year: Simulation) -> None:
    assert 15_000 <= len(year.deliveries) <= 25_000
    truth, since = year.truth, END - timedelta(days=365)

    def value(metric: str, team: str, start: datetime = since, end: datetime = END) -> float:
        return truth.value(metric, start, end, truth.teams[team])[0] or 0.0

    assert value("deployment_frequency", "payments") > 1
    assert value("change_lead_time", "payments") < 3600 < 30.44 * 86400 / 4 < value("change_lead_time", "partners")
    assert value("change_fail_rate", "payments") < 0.15
    turn = END - timedelta(days=60)
    assert value("change_lead_time", "identity", turn) > 1.5 * value("change_lead_time", "identity", since, turn)
    assert value("change_lead_time", "insights", turn) < 0.8 * value("change_lead_time", "insights", since, turn)
    weekend = sum(d.at.weekday() > 4 for d in year.deliveries)
    assert weekend < len(year.deliveries) / 7


def test_values_follow_the_contract(worlds: list[Simulation]) -> None:
    truth = worlds[0].truth
    since = END - timedelta(days=60)
    for metric in METRICS:
        rows = truth.observations(metric)
        assert all(row.value >= 0 and row.service in truth.services for row in rows)
        if metric != "undeployed_changes":  # what waits, waits then too
            assert truth.value(metric, END + timedelta(days=1), END + timedelta(days=2)) == (None, 0)
    deployments = truth.value("deployment_frequency", since, END)
    assert deployments == (len(truth.outcomes) / 60, len(truth.outcomes))
    assert truth.teams["engineering"] == {s for s in truth.services if "/" not in s}


def as_git(repository: Repository, folder: Path) -> dict[str, str]:
    """Makes a bare repository of the simulated history; simulated SHA → git's."""
    git(folder, "init", "--quiet", "--bare", ".")
    marks = {sha: f":{mark}" for mark, sha in enumerate(repository.commits, 1)}
    stream = []
    for sha, commit in repository.commits.items():
        ups = [f"{word} {marks[up]}" for word, up in zip(["from", *["merge"] * 9], commit.parents, strict=False)]
        who = f"A <a@acme.example> {int(commit.committed_at.timestamp())} +0000"
        head = [f"commit refs/heads/c{marks[sha][1:]}", f"mark {marks[sha]}", f"committer {who}", "data 1\nx"]
        stream += [*head, *ups, ""]
    git(folder, "fast-import", "--quiet", "--export-marks=marks", stdin="\n".join(stream))
    made = dict(line.split() for line in (folder / "marks").read_text().splitlines())
    return {sha: made[mark] for sha, mark in marks.items()}


def git(folder: Path, *arguments: str, stdin: str = "") -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=folder, input=stdin, text=True, capture_output=True, check=True)
    return done.stdout.split()


def shipped_by_git(folder: Path, shipping: Shipping, pulls: list[Pull], names: dict[str, str]) -> Iterator[set[str]]:
    """What each deployment shipped, by `git log` alone; squashes and copies exchanged as METRICS.md says."""
    back = {theirs: ours for ours, theirs in names.items()}
    stands_for: dict[str, list[str]] = {}
    for pull in pulls:
        if pull.left and not pull.is_fork and pull.method != "merge":
            range_ = [names[pull.head_sha], "--not", names[pull.onto]]
            branch = [back[sha] for sha in git(folder, "rev-list", "--reverse", "--topo-order", "--no-merges", *range_)]
            pairs = zip(pull.left, [[sha] for sha in branch], strict=True) if pull.method == "rebase" else None
            stands_for |= dict(pairs) if pairs else {pull.left[0]: branch}
    live: set[str] = set()
    before: list[str] = []
    for deployment in shipping.line:
        new = git(folder, "rev-list", "--no-merges", names[deployment.sha], "--not", *before)
        changes = {change for sha in new for change in stands_for.get(back[sha], [back[sha]])}
        yield changes - live if before else set()
        live |= changes
        before.append(names[deployment.sha])


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_the_truth_is_what_git_says(seed: int, worlds: list[Simulation], tmp_path: Path) -> None:
    truth = worlds[seed].truth
    checked = 0
    for name, repository in truth.ledger.repositories.items():
        folder = tmp_path / name.replace("/", "-")
        folder.mkdir()
        names = as_git(repository, folder)
        pulls = [pull for pull in truth.ledger.pulls if pull.repository == name]
        for (_, _), shipping in truth.shipping.items():
            if shipping.line[0].repository != name:
                continue
            for ours, theirs in zip(shipping.shipped, shipped_by_git(folder, shipping, pulls, names), strict=True):
                here = {s for s in theirs if any(f.startswith(shipping.path) for f in repository.commits[s].files)}
                assert {commit.sha for commit in ours} == here
                checked += len(here)
    assert checked > 50


def test_the_catalog_is_backstages(year: Simulation, tmp_path: Path) -> None:
    year.write_catalog(tmp_path)
    yaml = YAML(typ="safe")
    entities = [entity for file in tmp_path.rglob("catalog-info.yaml") for entity in yaml.load_all(file.read_text())]
    kinds = Counter(entity["kind"] for entity in entities)
    assert kinds["Component"] == 11 and kinds.keys() == {"Component", "System", "Domain", "Group", "User"}
    components = {e["metadata"]["name"]: e for e in entities if e["kind"] == "Component"}
    assert "leadline.dev/paths" in components["web-shop"]["metadata"]["annotations"]
    groups = {e["metadata"]["name"]: e["spec"].get("parent") for e in entities if e["kind"] == "Group"}
    assert groups["payments"] == "commerce-engineering" and groups["commerce-engineering"] == "engineering"
    assert all(component["spec"]["owner"] in groups for component in components.values())


def test_it_is_independent_of_the_line() -> None:
    code = "import sys, streams.simulator.__main__; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    ours = [name for name in run.stdout.split() if name.split(".")[0] in ("warehouse", "models", "streams")]
    assert ours and all(name == "streams" or name.startswith("streams.simulator") for name in ours)


def test_time_goes_on_after_history() -> None:
    world = small(5)
    before, truth = len(world.deliveries), world.truth
    world.go_live(60)
    new = world.advance(END + timedelta(hours=1))
    assert len(world.deliveries) == before + len(new) > before
    assert all(END <= delivery.at < END + timedelta(hours=1, minutes=1) for delivery in new)
    assert world.truth is not truth


def test_working_time_skips_nights_and_weekends() -> None:
    friday = datetime(2026, 5, 29, 17, tzinfo=UTC)
    assert working_delay(friday, 1800, 0) == 1800
    assert friday + timedelta(seconds=working_delay(friday, 7200, 0)) == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert friday + timedelta(seconds=working_delay(friday, 7200, 2)) == datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_disturbing_loses_nothing(worlds: list[Simulation]) -> None:
    sent = worlds[0].deliveries
    out = disturbed(sent, Random(1), shuffle=True, duplicates=True)
    counts = Counter(delivery.delivery_id for delivery in out)
    assert counts.keys() == {d.delivery_id for d in sent}
    assert max(counts.values()) == 2 and out != sorted(out, key=lambda delivery: delivery.at)
    assert disturbed(sent, Random(1), shuffle=False, duplicates=False) == sent


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """A server that takes what GitHub, PagerDuty and our own senders sign; now and then it is busy."""
    taken: list[tuple[str, bool]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        asked = 0

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            Handler.asked += 1
            busy = Handler.asked % 50 == 0
            if not busy:
                taken.append((self.path, self.proven(body)))
            self.send_response(503 if busy else 202)
            self.send_header("content-length", "0")
            self.end_headers()

        def proven(self, body: bytes) -> bool:
            if self.path.endswith("/events"):
                return EVENT.validate_json(body) and Webhook(SECRETS["events"]).verify(body, dict(self.headers))
            name = self.path.rpartition("/")[2]
            found = self.headers["x-hub-signature-256"] or self.headers["x-pagerduty-signature"]
            return found.partition("=")[2] == hmac.new(SECRETS[name].encode(), body, "sha256").hexdigest()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", taken
    server.shutdown()
    thread.join()
    server.server_close()


def test_playing_posts_everything_signed(receiver: tuple[str, list[tuple[str, bool]]], tmp_path: Path) -> None:
    address, taken = receiver
    arguments = ["play", "--receiver", address, "--services", "6", "--days", "20", "--catalog-out", str(tmp_path)]
    secrets = {f"LEADLINE_SECRET_{source.upper()}": secret for source, secret in SECRETS.items()}
    played = CliRunner().invoke(app, arguments, env=secrets)
    assert played.exit_code == 0, played.output
    assert len(taken) > 100 and all(proof for _, proof in taken)
    assert {path for path, _ in taken} == {f"/webhooks/{source}" for source in SECRETS}
    assert list(tmp_path.rglob("catalog-info.yaml"))


def test_playing_without_secrets_says_so() -> None:
    played = CliRunner().invoke(app, ["play"], env={f"LEADLINE_SECRET_{source.upper()}": "" for source in SECRETS})
    assert played.exit_code == 1 and "LEADLINE_SECRET_GITHUB" in played.output
