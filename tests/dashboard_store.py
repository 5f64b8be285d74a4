"""A seeded organisation for pages: 4 teams, 12 services, a year of deliveries through the real ingest and compute.

Ends at `now`, because pages show the last 90 days: Search got faster, Payments fails more often, Identity is slow, one
service has never been deployed, one runs without a catalog entry, and some things are open right now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from random import Random
from typing import Any

from models.delivery import Delivery
from models.events import EVENT, CatalogSnapshot
from models.settings import Settings
from warehouse.compute import compute
from warehouse.facts import Parsed, write_batch
from warehouse.store import Store

HOSTS = "https://github.example"
PAGER = "https://pagerduty.example/incidents"
DAYS = 365
PULL_REQUEST_DAYS = 200
"""So long ago the senders of pull requests were added."""
NO_PULL_REQUESTS = "ledger"
TITLES = (
    "Retry the charge once", "Cache the lookup", "Refuse an empty basket", "Trace the slow query", "Bump the client",
    "Round to cents", "Log the request id", "Drop the unused index", "Time out after 2 s", "Name the queue",
)  # fmt: skip
PROBLEMS = ("5xx above 2 %", "Latency p99 above 3 s", "Queue is growing", "Logins fail", "Checkout errors")


@dataclass(frozen=True)
class Profile:
    """How a service is worked on; `late_*` hold for the last 90 days. `lead` in hours, `rate` per week."""

    service: str
    team: str
    tier: str
    system: str
    rate: float
    lead: float
    fails: float
    late_lead: float | None = None
    late_fails: float | None = None
    in_catalog: bool = True


PROFILES = (
    Profile("payments-api", "payments", "1", "money", 7, 9, 0.10, late_fails=0.30),
    Profile("ledger", "payments", "1", "money", 3, 30, 0.12, late_fails=0.25),
    Profile("invoicing", "payments", "2", "money", 1.5, 50, 0.15),
    Profile("search-api", "search", "1", "discovery", 9, 40, 0.14, late_lead=10, late_fails=0.09),
    Profile("indexer", "search", "2", "discovery", 4, 60, 0.10, late_lead=14),
    Profile("recommendations", "search", "3", "discovery", 2, 90, 0.2, late_lead=40),
    Profile("checkout-web", "storefront", "1", "shop", 12, 4, 0.08),
    Profile("basket", "storefront", "2", "shop", 6, 7, 0.06),
    Profile("login", "identity", "1", "accounts", 0.8, 200, 0.3),
    Profile("profiles", "identity", "2", "accounts", 0.5, 330, 0.2),
    Profile("consents", "identity", "3", "accounts", 0, 0, 0),
    Profile("acme/price-feed", "", "", "", 1, 20, 0.1, in_catalog=False),
)


class Writer:
    """Collects deliveries; ids count up so that the same seed gives the same store."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.deliveries: list[Parsed] = []
        self._count = 0

    def number(self) -> int:
        self._count += 1
        return self._count

    def sha(self) -> str:
        return sha1(str(self.number()).encode()).hexdigest()

    def send(self, source: str, at: datetime, **fields: Any) -> None:
        """One event as one delivery, received when it happened."""
        event = EVENT.validate_python({"id": str(self.number()), "at": at} | fields)
        delivery = Delivery(source, f"d-{self.number()}", at, {}, event.model_dump_json().encode())
        self.deliveries.append(Parsed(delivery, f"{fields['type']}", (event,)))


class Work:
    """One service's year: pushes, deployments, failures and what mended them."""

    def __init__(self, writer: Writer, profile: Profile, now: datetime) -> None:
        self.writer, self.rng, self.profile, self.now = writer, writer.rng, profile, now
        self.repository = profile.service if "/" in profile.service else f"acme/{profile.service}"
        self.live: str | None = None
        self.head = ""
        self.habits = Random(profile.service)
        """Of pull requests, apart from the others, so that they change nothing else."""

    def year(self) -> None:
        at = self.now - timedelta(days=DAYS)
        while True:
            hours = 24 * 7 * self.rng.expovariate(self.profile.rate) if self.profile.rate else 1e6
            at += timedelta(hours=max(hours, 2.5))
            if not 8 <= at.hour < 19:
                at += timedelta(hours=12)
            if at >= self.now - timedelta(hours=3):
                return
            at = self.release(at)

    def release(self, at: datetime) -> datetime:
        """Some commits go live at `at`; returns when the next may."""
        before = self.live
        sha = self.push(at)
        deployment = self.deploy(at, sha)
        late = at > self.now - timedelta(days=90)
        fails = self.profile.late_fails if late and self.profile.late_fails is not None else self.profile.fails
        if before is None or self.rng.random() > fails:
            return at
        return self.mend(at, deployment, before, sha)

    def push(self, at: datetime, message: str | None = None, quick: bool = False) -> str:
        late = at > self.now - timedelta(days=90)
        lead = self.profile.late_lead if late and self.profile.late_lead else self.profile.lead
        ages = [0.4] if quick else [self.rng.lognormvariate(0, 0.9) * lead for _ in range(self.rng.randint(1, 5))]
        commits = [
            {
                "sha": self.writer.sha(),
                "committed_at": at - timedelta(hours=age),
                "message": message or self.rng.choice(TITLES),
                "author": "ann",
            }
            for age in sorted(ages, reverse=True)
        ]
        sha = str(commits[-1]["sha"])
        if at > self.now - timedelta(days=PULL_REQUEST_DAYS) and not quick and self.profile.service != NO_PULL_REQUESTS:
            self.pull_request(commits, at - timedelta(minutes=20))
        self.writer.send(
            "github", at - timedelta(minutes=20), type="push", repository=self.repository, branch="main",
            before=self.head, after=sha, commits=commits, default_branch="main",
        )  # fmt: skip
        self.head = sha
        return sha

    def pull_request(self, commits: list[dict[str, Any]], merged: datetime) -> None:
        """The commits' branch, its review and its merge; one in twelve is merged without a review."""
        number, last = self.writer.number(), commits[-1]
        branch, began = f"change-{number}", commits[-1]["committed_at"]
        self.writer.send(
            "github", began, type="push", repository=self.repository, branch=branch, before="", after=last["sha"],
            commits=commits, default_branch="main",
        )  # fmt: skip
        moments = sorted(self.habits.betavariate(1.2, 1.8) for _ in range(3))
        steps = dict(zip(("opened", "review", "approved"), moments, strict=True)) | {"merged": 1.0}
        if self.habits.random() < 1 / 12:
            steps = {"opened": moments[0], "merged": 1.0}
        for status, share in steps.items():
            self.writer.send(
                "github", began + (merged - began) * share, type="pull_request", repository=self.repository,
                number=number, status=status, title=last["message"], head_sha=last["sha"], head_branch=branch,
                base_branch="main", merge_sha=last["sha"] if status == "merged" else None, commits=len(commits),
                url=f"{HOSTS}/{self.repository}/pull/{number}",
            )  # fmt: skip

    def deploy(self, at: datetime, sha: str, **more: Any) -> str:
        name = f"{9_000_000 + self.writer.number()}"
        fields = {
            "type": "deployment", "deployment": name, "environment": "production", "repository": self.repository,
            "sha": sha, "ref": "main", "url": f"{HOSTS}/{self.repository}/deployments/{name}",
        } | more  # fmt: skip
        took = timedelta(minutes=self.rng.randint(2, 9))
        self.writer.send("github", at - took, **fields, status="in_progress")
        broken = self.rng.random() < 0.04 and not more
        if broken:
            self.writer.send("github", at - took / 2, **fields, status="failure")
        self.writer.send("github", at, **fields, status="success")
        self.live = sha
        return name

    def mend(self, at: datetime, deployment: str, before: str, sha: str) -> datetime:
        """A failure after `deployment`: an incident, a rollback, or an incident with its revert or fix."""
        found = at + timedelta(minutes=self.rng.randint(10, 90))
        mended = found + timedelta(minutes=self.rng.lognormvariate(0, 0.8) * 70)
        how = self.rng.choice(("incident", "incident", "rollback", "revert", "fixes"))
        if how != "rollback":
            self.incident(found, mended if mended < self.now else None)
        if mended >= self.now:
            return mended
        if how == "rollback":
            self.deploy(mended, before)
        elif how == "revert":
            message = f'Revert "{self.rng.choice(TITLES)}"\n\nThis reverts commit {sha}.'
            self.deploy(mended, self.push(mended, message, quick=True))
        elif how == "fixes":
            self.deploy(mended, self.push(mended, quick=True), ref="hotfix/now", fixes=deployment)
        return mended

    def incident(self, opened: datetime, resolved: datetime | None) -> None:
        name = f"Q{self.writer.number():07d}"
        fields = {
            "type": "incident", "incident": name, "repository": self.repository, "severity": "high",
            "title": f"{self.profile.service}: {self.rng.choice(PROBLEMS)}", "url": f"{PAGER}/{name}",
        }  # fmt: skip
        self.writer.send("pagerduty", opened, **fields, status="opened")
        if resolved:
            self.writer.send("pagerduty", resolved, **fields, status="resolved")


def entities() -> Iterator[dict[str, Any]]:
    """The catalog of the profiles, as Backstage has it."""
    teams = sorted({profile.team for profile in PROFILES if profile.team})
    yield entity("Group", "engineering", {"type": "department", "children": teams})
    for team in teams:
        yield entity("Group", team, {"type": "team", "parent": "engineering", "children": []})
    systems = sorted({(profile.system, profile.team) for profile in PROFILES if profile.system})
    for system, team in systems:
        yield entity("System", system, {"owner": team, "domain": "commerce"})
    yield entity("Domain", "commerce", {"owner": "engineering"})
    for each in PROFILES:
        if each.in_catalog:
            spec = {"type": "service", "lifecycle": "production", "owner": each.team, "system": each.system}
            notes = {"github.com/project-slug": f"acme/{each.service}", "leadline.dev/tier": each.tier}
            yield entity("Component", each.service, spec, notes)


def entity(kind: str, name: str, spec: dict[str, Any], annotations: dict[str, str] | None = None) -> dict[str, Any]:
    metadata = {"name": name, "annotations": annotations or {}}
    return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def odds_and_ends(writer: Writer, now: datetime) -> None:
    """What a line also sees: dead letters, ignored deliveries, the catalog."""
    for hour, reason in (
        (2, "deployment_status: `deployment.sha` is missing"),
        (30, "body is not JSON: line 1 column 7"),
    ):
        at = now - timedelta(hours=hour)
        delivery = Delivery("github", f"bad-{hour}", at, {"x-github-event": "deployment_status"}, b'{"action": 1}')
        writer.deliveries.append(Parsed(delivery, "deployment_status", (), "rejected", reason))
    delivery = Delivery("events", "odd-1", now - timedelta(hours=5), {}, b'{"type": "deploymint"}')
    unknown = "unknown event type `deploymint`; did you mean `deployment`?"
    writer.deliveries.append(Parsed(delivery, "deploymint", (), "unknown_type", unknown))
    for day in range(40):
        star = Delivery("github", f"star-{day}", now - timedelta(days=day, hours=1), {}, b'{"starred": true}')
        writer.deliveries.append(Parsed(star, "star", ()))
    start = now - timedelta(days=DAYS)
    snapshot = CatalogSnapshot(id="catalog", at=start, location="acme/catalog", entities=tuple(entities()))
    writer.deliveries.append(Parsed(Delivery("catalog", "catalog", start, {}, b"{}"), "catalog", (snapshot,)))


def gaps(writer: Writer, now: datetime) -> None:
    """Why numbers are partial here and there: SHAs that nobody pushed, or none, a cut push, a clock that runs ahead."""
    for days, fields in ((9, {"sha": "f" * 40}), (8, {"sha": "e" * 40}), (6, {})):
        at = now - timedelta(days=days, hours=2)
        writer.send(
            "github", at, type="deployment", deployment=f"gap-{days}", environment="production", status="success",
            repository="acme/invoicing", **fields,
        )  # fmt: skip
    at = now - timedelta(days=5)
    cut = [{"sha": writer.sha(), "committed_at": at, "message": "Import the history", "author": "ann"}]
    writer.send(
        "github", at, type="push", repository="acme/indexer", branch="import", before="", after=cut[0]["sha"],
        commits=cut, total=46,
    )  # fmt: skip
    sha = writer.sha()
    ahead = [{"sha": sha, "committed_at": at + timedelta(hours=6), "message": "Set the clock", "author": "ann"}]
    writer.send(
        "github", at, type="push", repository="acme/basket", branch="clock", before="", after=sha, commits=ahead
    )
    writer.send(
        "github", at + timedelta(hours=1), type="deployment", deployment="gap-clock", environment="production",
        status="success", repository="acme/basket", sha=sha,
    )  # fmt: skip
    writer.send("pagerduty", at, type="incident", incident="Q-nobody", status="opened", title="Disk is full")
    writer.send("pagerduty", at + timedelta(hours=1), type="incident", incident="Q-nobody", status="resolved")


def open_now(works: dict[str, Work], now: datetime) -> None:
    """What is open right now: a failed deployment an hour ago, an incident of two days, commits that wait."""
    broken = works["payments-api"]
    at = now - timedelta(minutes=95)
    broken.deploy(at, broken.push(at, quick=True))
    broken.incident(now - timedelta(minutes=50), None)
    works["login"].incident(now - timedelta(days=2, hours=3), None)
    works["login"].push(now - timedelta(hours=30))
    works["profiles"].push(now - timedelta(hours=2))
    works["checkout-web"].push(now - timedelta(hours=2))


def fill_year(store: Store, settings: Settings | None = None, seed: int = 4, now: datetime | None = None) -> Store:
    """Fills `store` with the organisation's last 365 days before `now`."""
    now = now or datetime.now(UTC).replace(second=0, microsecond=0)
    writer = Writer(Random(seed))
    works = {profile.service: Work(writer, profile, now) for profile in PROFILES}
    for work in works.values():
        work.year()
    open_now(works, now)
    odds_and_ends(writer, now)
    gaps(writer, now)
    writer.deliveries.sort(key=lambda parsed: parsed.delivery.received_at)
    sent = [*writer.deliveries, *writer.deliveries[-3:]]
    for start in range(0, len(sent), 2000):
        write_batch(store, sent[start : start + 2000], people_key=b"a key for tests")
    compute(store, settings or Settings())
    return store
