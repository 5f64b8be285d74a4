"""How changes reach production: cadences, environments, rollouts that get stuck, branches that go live."""

from random import Random

from streams.simulator.desk import Desk, area
from streams.simulator.ledger import Deployment, Status
from streams.simulator.world import Process, Running, World

HOUR = 3600
STAGING = "staging"
CADENCE_HOURS = {"daily": 9, "weekly": 45, "monthly": 280}
"""Working hours between two scheduled deployments."""


class Operations:
    """The processes that deploy. `on_production` is started for what reached production, to see how it fares."""

    def __init__(self, world: World, desk: Desk) -> None:
        self.world, self.desk = world, desk
        self.on_production = lambda running, deployment: None

    def run(self, running: Running) -> Process:
        """The baseline first; then by the service's cadence, for ever."""
        yield self.world.wait(running.rng.uniform(1, 30) * HOUR)
        yield from self.rollout(running, running.site.repository.head, "main")
        cadence = running.service.kind.cadence
        while True:
            if cadence == "continuous":
                yield from self.await_change(running)
            else:
                delay = CADENCE_HOURS[cadence] * running.rng.uniform(0.7, 1.3) * HOUR
                yield self.world.work(delay, running.service.team)
            yield from self.deploy_next(running)

    def await_change(self, running: Running) -> Process:
        """Until the default branch moves, and its pipeline has run; what moves meanwhile goes along."""
        yield running.moved.get()
        profile = self.world.profile(running.service.team)
        yield self.world.wait(profile.pipeline * HOUR * running.rng.uniform(0.3, 1.2))
        running.moved.items.clear()

    def deploy_next(self, running: Running) -> Process:
        """Whatever is due: a release branch, a feature branch, the default branch, or what is live once more."""
        kind, rng, repository = running.service.kind, running.rng, running.site.repository
        live = self.live(running)
        if kind.releases and live != repository.head:
            yield from self.release(running)
            return
        if kind.branch_deploys and rng.random() < 0.3:
            pulls = running.site.open_pulls
            fit = [p for p in pulls if not (p.is_fork or p.rewritten or p.labels or p.stacked_on or p.reverts)]
            if fit:
                pull = rng.choice(fit)
                pull.frozen = pull.deployed = True
                yield from self.rollout(running, pull.head_sha, pull.head_branch)
                return
        if live is None or self._goes_on(running, live):
            yield from self.rollout(running, *self._choose(running, rng))
        elif live and rng.random() < 0.1:
            yield from self.rollout(running, live, live)

    def _goes_on(self, running: Running, live: str) -> bool:
        """Whether the default branch is due: it has something new, or was live before a branch took its place."""
        repository = running.site.repository
        if repository.missing(repository.head, live):
            return True
        known = {deployment.sha for deployment in self._all(running)}
        return repository.head != live and repository.head in known

    def _choose(self, running: Running, rng: Random) -> tuple[str, str]:
        """(SHA, ref): the default branch's head; now and then a commit in the middle of what was pushed last."""
        repository = running.site.repository
        last = repository.landings[-1] if repository.landings else None
        seen = [deployment.sha for deployment in self._all(running)]
        if last and last.chained and len(last.shas) > 1 and rng.random() < 0.15:
            middle = last.shas[-2]
            if repository.head == last.shas[-1] and all(repository.missing(middle, sha) for sha in seen):
                return middle, middle
        return repository.head, repository.head if rng.random() < 0.1 else repository.default_branch

    def release(self, running: Running) -> Process:
        """A release branch from the default branch's head; sometimes patched there, and merged back."""
        rng, site, desk = running.rng, running.site, self.desk
        running.releases += 1
        branch, author = f"release/{running.releases}.0", self.world.member(site.team, rng)
        desk.push(site, branch, site.repository.head, author)
        yield from self.rollout(running, site.repository.branches[branch], branch)
        if rng.random() > 0.35:
            return
        yield self.world.work(rng.uniform(1, 9) * HOUR, site.team)
        patch = desk.commit(site, site.repository.branches[branch], author, area(site, rng), hours=2)
        desk.push(site, branch, patch.sha, author)
        yield from self.rollout(running, patch.sha, branch)
        pull = desk.open_pull(site, branch, patch.sha, author, f"Take back {branch}")
        pull.deployed = pull.frozen = True
        yield self.world.wait(rng.uniform(0.2, 2) * HOUR)
        desk.land(site, pull, rng.choice(("merge", "squash")), author)

    def live(self, running: Running) -> str | None:
        """The SHA that runs in the service's last environment; None before the first deployment."""
        reached = running.history[running.service.kind.environments[-1]]
        return reached[-1].sha if reached else None

    def _all(self, running: Running) -> list[Deployment]:
        return [deployment for reached in running.history.values() for deployment in reached]

    def rollout(
        self,
        running: Running,
        sha: str,
        ref: str,
        urgent: bool = False,
        rollback: bool = False,
        fixes: str | None = None,
        environments: tuple[str, ...] = (),
    ) -> Process:
        """Staging, then production, one environment after the other; urgent ones go straight there.

        Gives the deployments that reached production. Only one rollout of a service goes on at a time.
        """
        reached: list[Deployment] = []
        with running.lock.request() as turn:
            yield turn
            if not urgent and not (yield from self.attempt(running, STAGING, sha, ref)):
                return reached
            for environment in environments or running.service.kind.environments:
                if not rollback and self._overtaken(running, environment, sha):
                    continue
                flags = {"rollback": rollback, "fixes": fixes}
                deployment = yield from self.attempt(running, environment, sha, ref, **flags)
                if deployment is None:
                    break
                reached.append(deployment)
        if reached and not rollback:
            self.on_production(running, reached[-1])
        return reached

    def _overtaken(self, running: Running, environment: str, sha: str) -> bool:
        """Whether what is live contains the commit already, although it never was live itself: somebody was quicker."""
        known = [deployment.sha for deployment in running.history[environment]]
        return bool(known) and sha not in known and not running.site.repository.missing(sha, known[-1])

    def attempt(
        self,
        running: Running,
        environment: str,
        sha: str,
        ref: str,
        rollback: bool = False,
        fixes: str | None = None,
    ) -> Process:
        """A deployment to one environment, tried again where it gets stuck; None where it never came up."""
        rng, team = running.rng, running.service.team
        profile = self.world.profile(team)
        deployment = self.ask(running, environment, sha, ref, rollback, fixes)
        took = profile.pipeline * HOUR
        if environment != STAGING:
            yield self.world.wait(rng.uniform(5, 30))
            self.change(running, deployment, "in_progress")
        while rng.random() < profile.stuck:
            yield self.world.wait(took * rng.uniform(0.2, 1))
            self.change(running, deployment, rng.choice(("failure", "error")))
            roll = rng.random()
            if roll < 0.35:
                return None
            yield self.world.wait(took * rng.uniform(0.2, 1))
            if roll < 0.6:
                deployment = self.ask(running, environment, sha, ref, rollback, fixes)
            self.change(running, deployment, "in_progress")
        if running.host is self.world.events and rng.random() < 0.01:
            self.change(running, deployment, "cancelled")
            return None
        yield self.world.wait(took * rng.uniform(0.3, 0.9))
        self.change(running, deployment, "success")
        return deployment

    def ask(
        self, running: Running, environment: str, sha: str, ref: str, rollback: bool, fixes: str | None
    ) -> Deployment:
        """Begins a deployment."""
        service = running.service
        number = str(self.world.outbox.number())
        by_events = running.host is self.world.events
        deployment = Deployment(
            source="events" if by_events else "github",
            deployment=f"{service.name}-{number}" if by_events else number,
            services=(service.name,),
            environment=environment,
            repository=service.repository,
            sha=sha,
            ref=ref,
            version=f"1.0.0+{sha[:10]}",
            creator=self.world.member(service.team, running.rng),
            rollback=rollback and by_events and running.rng.random() < 0.7,
            fixes=fixes,
            statuses=[Status(self.world.now(), "queued")],
        )
        self.world.ledger.deployments.append(deployment)
        running.host.deployment(deployment, deployment.statuses[0].at)
        return deployment

    def change(self, running: Running, deployment: Deployment, state: str, failed: bool = False) -> None:
        """A new state, told at once; the first success makes it part of its environment's history."""
        first = deployment.first_success is None
        status = Status(self.world.now(), state, failed)
        deployment.statuses.append(status)
        running.host.deployment_status(deployment, status)
        if state != "success" or not first:
            return
        if deployment.environment == STAGING:
            self._retire(running, deployment)
            return
        earlier = running.history[deployment.environment]
        deployment.fresh = running.site.repository.missing(deployment.sha, *(d.sha for d in earlier))
        earlier.append(deployment)

    def _retire(self, running: Running, deployment: Deployment) -> None:
        """GitHub itself marks what ran in an environment before as inactive, outside production."""
        old, running.staged = running.staged, deployment
        if old and running.host is self.world.github:
            status = Status(self.world.now(), "inactive")
            old.statuses.append(status)
            running.host.deployment_status(old, status)
