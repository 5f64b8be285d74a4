"""What goes wrong in production, and how it is put right: incidents, rollbacks, reverts, hotfixes, fixes."""

from streams.simulator.desk import Desk
from streams.simulator.development import METHODS, Development
from streams.simulator.graph import Landing
from streams.simulator.ledger import Deployment, Incident
from streams.simulator.operations import HOUR, Operations
from streams.simulator.world import Process, Running, World

SYMPTOMS = ("Error rate above 5 %", "Slow answers", "Queue is growing", "Out of memory", "Customers can't sign in")
REMEDIES = {"none": 3, "rollback": 3, "revert": 2, "hotfix_branch": 1, "hotfix_label": 1, "fix": 1.5}
"""How often each is chosen; `fix` says what it repairs, so only senders that can say so have it."""


class Failures:
    """The processes of bad days."""

    def __init__(self, world: World, desk: Desk, development: Development, operations: Operations) -> None:
        self.world, self.desk = world, desk
        self.development, self.operations = development, operations
        operations.on_production = self.watch
        self._remedies = {
            "rollback": self.roll_back,
            "revert": self.revert,
            "hotfix_branch": self.hotfix_from_branch,
            "hotfix_label": self.hotfix_by_label,
            "fix": self.fix,
        }

    def watch(self, running: Running, deployment: Deployment) -> None:
        """Decides whether a deployment turns out bad."""
        if running.rng.random() < self.world.profile(running.service.team).failing:
            self.world.env.process(self.fail(running, deployment))

    def fail(self, running: Running, deployment: Deployment) -> Process:
        """From the first symptom to the end of it."""
        rng, profile = running.rng, self.world.profile(running.service.team)
        yield self.world.wait(min(90 + rng.expovariate(1 / profile.detect) * HOUR, 22 * HOUR))
        by_events = running.host is self.world.events
        remedy = self._remedy(running, by_events)
        if rng.random() < 0.12:
            state = "success" if by_events else rng.choice(("failure", "error"))
            self.operations.change(running, deployment, state, failed=by_events)
        incident = None
        if running.service.kind.catalogued and (remedy == "none" or rng.random() < 0.7):
            told = by_events and rng.random() < 0.6
            link = self._name(running, deployment) if told and rng.random() < 0.4 else None
            incident = self.world.open_incident((running.service.name,), rng.choice(SYMPTOMS), told, link)
        yield self.world.wait(profile.restore * HOUR * rng.uniform(0.02, 0.1))
        if incident and rng.random() < 0.7:
            self.world.change_incident(incident, "acknowledged")
        yield self.world.wait(rng.expovariate(1 / profile.restore) * HOUR * 0.7)
        if remedy != "none":
            yield from self._remedies[remedy](running, deployment)
        if incident:
            yield from self.settle(running, incident)

    def _remedy(self, running: Running, by_events: bool) -> str:
        names = [name for name in REMEDIES if name != "fix" or by_events]
        return running.rng.choices(names, [REMEDIES[name] for name in names])[0]

    def _name(self, running: Running, deployment: Deployment) -> str:
        """What another event calls a deployment: its id; its SHA or version where no other had the same."""
        reached = [d for history in running.history.values() for d in history]
        if sum(d.sha == deployment.sha for d in reached) > 1 or running.rng.random() < 0.6:
            return deployment.deployment
        return running.rng.choice((deployment.sha, deployment.version))

    def settle(self, running: Running, incident: Incident) -> Process:
        """Resolves an incident, perhaps not for the last time; a few are forgotten."""
        rng, profile = running.rng, self.world.profile(running.service.team)
        if rng.random() < 0.04:
            return
        yield self.world.wait(profile.restore * HOUR * rng.uniform(0.05, 0.5))
        self.world.change_incident(incident, "resolved")
        if rng.random() < 0.1:
            yield self.world.wait(profile.restore * HOUR * rng.uniform(0.1, 1))
            self.world.change_incident(incident, "reopened")
            if rng.random() < 0.85:
                yield self.world.wait(profile.restore * HOUR * rng.uniform(0.1, 1))
                self.world.change_incident(incident, "resolved")

    def roll_back(self, running: Running, deployment: Deployment) -> Process:
        """Every environment that the bad commit is in goes back to what was there before it."""
        for environment, history in running.history.items():
            index = next((n for n, d in enumerate(history) if d.sha == deployment.sha), 0)
            if index and history[index - 1].sha != history[-1].sha:
                target = history[index - 1].sha
                yield from self.operations.rollout(
                    running, target, target, urgent=True, rollback=True, environments=(environment,)
                )

    def revert(self, running: Running, deployment: Deployment) -> Process:
        """Takes back one of the changes that the deployment shipped, in git; rolls back where there is none."""
        rng, site = running.rng, running.site
        landing = self._revertable(running, deployment)
        if landing is None:
            yield from self.roll_back(running, deployment)
            return
        landing.revertable = False
        if landing.number and rng.random() < 0.75:
            yield from self._revert_by_pull(running, landing, landing.number)
        else:
            author, head = self.world.member(site.team, rng), site.repository.head
            head = self._revert_commits(running, landing, head, say_so=True)
            self.desk.push(site, site.repository.default_branch, head, author)
            self.development.moved(site)
        yield from self._ship_head(running)

    def _revertable(self, running: Running, deployment: Deployment) -> Landing | None:
        """A change that this very deployment brought wholly, that touches no other service, and is not yet reverted."""
        repository = running.site.repository
        baseline = any(history and history[0] is deployment for history in running.history.values())
        fit = [
            landing
            for landing in repository.landings
            if not baseline
            and landing.revertable
            and all(repository.holds(deployment.fresh, sha) for sha in landing.shas)
            and all(file.startswith(running.service.path) for file in landing.files)
        ]
        return running.rng.choice(fit) if fit else None

    def _revert_commits(self, running: Running, landing: Landing, head: str, say_so: bool) -> str:
        """One revert per commit, the newest first, as `git revert` words it; gives the last one's SHA."""
        site = running.site
        for sha in reversed(landing.shas):
            commit = site.repository.commits[sha]
            what = f"{sha}, reversing\nchanges made to {commit.parents[0]}." if commit.is_merge else f"{sha}."
            message = f'Revert "{commit.title}"' + (f"\n\nThis reverts commit {what}" if say_so else "")
            author = self.world.member(site.team, running.rng)
            head = site.repository.add([head], self.world.now(), message, author, commit.files).sha
        return head

    def _revert_by_pull(self, running: Running, landing: Landing, number: int) -> Process:
        """GitHub's own Revert button."""
        site, rng = running.site, running.rng
        author = self.world.member(site.team, rng)
        head = self._revert_commits(running, landing, site.repository.head, say_so=rng.random() < 0.7)
        branch = f"revert-{number}-{site.next_number()}"
        self.desk.push(site, branch, head, author)
        subject, body = f'Revert "{landing.title}"', f"Reverts {site.repository.name}#{number}"
        pull = self.desk.open_pull(site, branch, head, author, subject, body, reverts=number)
        yield self.world.wait(rng.uniform(0.05, 0.5) * HOUR)
        yield from self.development.finish(site, pull, self.world.member(site.team, rng), rng.choice(METHODS))

    def hotfix_from_branch(self, running: Running, deployment: Deployment) -> Process:
        """A `hotfix/` branch on what is live, deployed before it is merged back."""
        site, rng = running.site, running.rng
        live = self.operations.live(running)
        if live is None or site.repository.missing(live, site.repository.head):
            # What is live is not on the default branch: its branch's story is its own.
            yield from self.hotfix_by_label(running, deployment)
            return
        author, branch = self.world.member(site.team, rng), f"hotfix/{site.next_number()}"
        self.desk.push(site, branch, live, author)
        yield self.world.wait(rng.uniform(0.1, 1) * HOUR)
        head = self.desk.commit(site, live, author, (running.service.path or "src/",), "Stop the bleeding").sha
        self.desk.push(site, branch, head, author)
        yield from self.operations.rollout(running, head, branch, urgent=True)
        pull = self.desk.open_pull(site, branch, head, author, "Stop the bleeding")
        pull.deployed = pull.frozen = True
        yield self.world.wait(rng.uniform(0.1, 3) * HOUR)
        yield from self.development.finish(site, pull, author, rng.choice(METHODS))

    def hotfix_by_label(self, running: Running, deployment: Deployment) -> Process:
        """A pull request labelled `hotfix`, merged and shipped from the default branch."""
        site, rng = running.site, running.rng
        author, branch = self.world.member(site.team, rng), f"fix/{site.next_number()}"
        folders = (running.service.path or "src/",)
        head = self.desk.commit(site, site.repository.head, author, folders, "Repair it quickly").sha
        self.desk.push(site, branch, head, author)
        pull = self.desk.open_pull(site, branch, head, author, "Repair it quickly", labels=("hotfix",))
        pull.frozen = True
        yield self.world.wait(rng.uniform(0.1, 1) * HOUR)
        yield from self.development.finish(site, pull, author, rng.choice(METHODS))
        yield from self._ship_head(running)

    def fix(self, running: Running, deployment: Deployment) -> Process:
        """A commit on the default branch, shipped by a deployment that says what it fixes."""
        folders = (running.service.path or "src/",)
        self.development.push_directly(running.site, "Fix what the last deployment broke", folders)
        name = self._name(running, deployment)
        yield from self.operations.rollout(running, running.site.repository.head, "main", urgent=True, fixes=name)

    def _ship_head(self, running: Running) -> Process:
        """Deploys the default branch at once, unless somebody has done so already."""
        head, live = running.site.repository.head, self.operations.live(running)
        if live is None or running.site.repository.missing(head, live):
            yield from self.operations.rollout(running, head, "main", urgent=True)

    def outages(self, running: Running) -> Process:
        """Incidents that no deployment caused, at any hour; some hit two services at once."""
        rng, service = running.rng, running.service
        others = [s.name for s in self.world.organisation.services if s.kind.catalogued and s is not service]
        while True:
            profile = self.world.profile(service.team)
            yield self.world.wait(rng.expovariate(profile.incidents_per_month) * 30 * 24 * HOUR)
            both = others and rng.random() < 0.25
            names = (service.name, rng.choice(others)) if both else (service.name,)
            by_events = bool(both) or service.kind.source == "events"
            incident = self.world.open_incident(names, rng.choice(SYMPTOMS), by_events)
            self.world.env.process(self._endure(running, incident))

    def _endure(self, running: Running, incident: Incident) -> Process:
        profile = self.world.profile(running.service.team)
        yield self.world.wait(running.rng.expovariate(1 / profile.restore) * HOUR)
        yield from self.settle(running, incident)
