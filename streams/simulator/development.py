"""How changes come to the default branch: directly, by pull request, from forks; in working hours."""

from random import Random

from streams.simulator.desk import Desk, area, title
from streams.simulator.graph import Landing
from streams.simulator.ledger import Pull
from streams.simulator.people import Person
from streams.simulator.world import Process, Site, World

HOUR = 3600
METHODS = ("merge", "squash", "rebase")


class Development:
    """The processes that write code; `moved` tells whoever deploys that a default branch has moved."""

    def __init__(self, world: World, desk: Desk) -> None:
        self.world, self.desk = world, desk

    def run(self, site: Site) -> Process:
        """Begins one change after the other, for ever."""
        while True:
            profile = self.world.profile(site.team)
            yield self.world.work(site.rng.expovariate(profile.changes_per_day) * 9 * HOUR, site.team)
            self.world.env.process(self.change(site))

    def moved(self, site: Site) -> None:
        for running in self.world.running:
            if running.site is site:
                running.moved.put(site.repository.head)

    def change(self, site: Site) -> Process:
        """One change of any kind."""
        roll = site.rng.random()
        if roll < 0.12:
            self.push_directly(site)
        elif roll < 0.16:
            yield from self.fast_forward(site)
        elif roll < 0.45 and any(service.kind.forks for service in site.services):
            yield from self.contribution(site)
        else:
            yield from self.pull_request(site)

    def push_directly(self, site: Site, message: str = "", folders: tuple[str, ...] = ()) -> Landing:
        """Commits pushed straight onto the default branch; now and then with a local merge of what came before."""
        rng, repository = site.rng, site.repository
        author, folders = self.world.member(site.team, rng), folders or area(site, rng)
        hours = self.world.profile(site.team).coding
        count = 1 if message else rng.choice((1, 1, 2, 3))
        parent = repository.head
        pulls = not message and rng.random() < 0.15 and repository.landings
        if pulls:
            parent = repository.commits[parent].parents[0]
        made = []
        for _ in range(count):
            parent = self.desk.commit(site, parent, author, folders, message, hours).sha
            made.append(parent)
        if pulls:
            message = f"Merge branch 'main' of github.com:{repository.name}"
            parent = repository.add([parent, repository.head], self.world.now(), message, author).sha
        self.desk.push(site, repository.default_branch, parent, author)
        files = {file for sha in made for file in repository.commits[sha].files}
        subject = repository.commits[made[-1]].title
        landing = Landing(tuple(made), subject, None, tuple(sorted(files)), not pulls, chained=not pulls)
        repository.landings.append(landing)
        self.moved(site)
        return landing

    def fast_forward(self, site: Site) -> Process:
        """A branch that is pushed for the tests' sake and then simply becomes the default branch's head."""
        rng = site.rng
        author, branch = self.world.member(site.team, rng), f"try/{site.next_number()}"
        base = head = site.repository.head
        folders = area(site, rng)
        made = []
        for _ in range(rng.randint(1, 2)):
            head = self.desk.commit(site, head, author, folders, hours=self.world.profile(site.team).coding).sha
            made.append(head)
        self.desk.push(site, branch, head, author)
        yield self.world.wait(rng.uniform(300, 1500))
        if site.repository.head != base:
            return
        self.desk.push(site, site.repository.default_branch, head, author)
        files = {file for sha in made for file in site.repository.commits[sha].files}
        landing = Landing(tuple(made), site.repository.commits[head].title, None, tuple(sorted(files)))
        site.repository.landings.append(landing)
        self.moved(site)

    def contribution(self, site: Site) -> Process:
        """A pull request from a fork: no push tells of its branch."""
        rng, profile = site.rng, self.world.profile(site.team)
        stranger = Person(f"contributor{rng.randint(1, 9)}", "A Contributor", "someone@elsewhere.example", -8)
        head, folders = site.repository.head, area(site, rng)
        for _ in range(rng.randint(1, 3)):
            head = self.desk.commit(site, head, stranger, folders, hours=profile.coding).sha
            yield self.world.wait(rng.uniform(0.2, 5) * HOUR)
        pull = self.desk.open_pull(site, "patch-1", head, stranger, title(rng), fork=True)
        yield self.world.work(profile.review * HOUR * rng.uniform(1, 3), site.team)
        yield from self.finish(site, pull, self.world.member(site.team, rng), rng.choice(METHODS))

    def pull_request(self, site: Site) -> Process:
        """A branch, its commits and pushes, a review, the merge."""
        rng, profile = site.rng, self.world.profile(site.team)
        author, folders, subject = self.world.member(site.team, rng), area(site, rng), title(rng)
        base = self._stack_base(site) if rng.random() < 0.06 else None
        branch = f"feature/{subject.split()[-1].lower()}-{site.next_number()}"
        head = base.head_sha if base else site.repository.head
        # A push that creates a branch doesn't tell where it begins; who deploys from branches creates them first.
        if base or rng.random() < 0.3 or any(service.kind.branch_deploys for service in site.services):
            self.desk.push(site, branch, head, author)
        count = 1 + min(int(rng.expovariate(1 / (profile.commits - 0.99))), 8)
        shown, early = rng.randint(1, count), rng.random() < 0.5
        pull: Pull | None = None
        for number in range(1, count + 1):
            hours = profile.coding + profile.review
            head = self.desk.commit(site, head, author, folders, "" if number > 1 else subject, hours).sha
            yield self.world.work(profile.coding * HOUR / count * rng.uniform(0.3, 1.7), site.team)
            if number in (shown, count):
                self.desk.push(site, branch, head, author)
                if pull:
                    self.desk.synchronize(site, pull, head, author)
                elif early or number == count:
                    draft = number < count and rng.random() < 0.5
                    pull = self.desk.open_pull(site, branch, head, author, subject, draft=draft)
                    pull.stacked_on = base
        if pull:
            if pull.draft:
                self.desk.make_ready(site, pull)
            yield from self.review(site, pull, rng)

    def _stack_base(self, site: Site) -> Pull | None:
        """An open pull request to build upon; its branch must keep its history from now on."""
        fit = [p for p in site.open_pulls if not (p.is_fork or p.labels or p.deployed) and p.reverts is None]
        if not fit:
            return None
        base = site.rng.choice(fit)
        base.frozen = True
        return base

    def review(self, site: Site, pull: Pull, rng: Random) -> Process:
        """Waiting, rework, approval; then the merge, or the end of it."""
        profile, repository = self.world.profile(site.team), site.repository
        reviewer = self.world.member(site.team, rng)
        yield self.world.work(profile.review * HOUR * rng.uniform(0.2, 0.9), site.team)
        if rng.random() < 0.8:
            self.desk.review(site, pull, rng.choice((reviewer, reviewer, reviewer, pull.author)), approved=False)
        roll = rng.random()
        if roll < 0.12 and repository.log(repository.head, pull.head_sha):
            head = self.desk.merge_default_into(site, pull.head_branch, pull.head_sha, pull.author)
            self.desk.synchronize(site, pull, head, pull.author)
        elif roll < 0.26 and not pull.frozen and not pull.stacked_on:
            pull.rewritten = True
            head = self.desk.rewrite(site, pull.head_branch, pull.head_sha, pull.author)
            self.desk.synchronize(site, pull, head, pull.author)
        yield self.world.work(profile.review * HOUR * rng.uniform(0.05, 0.4), site.team)
        if rng.random() < 0.6:
            self.desk.review(site, pull, reviewer, approved=True)
        yield self.world.work(profile.review * HOUR * rng.uniform(0.05, 0.4), site.team)
        while pull.stacked_on and pull.stacked_on.is_open:
            yield self.world.work(2 * HOUR, site.team)
        if rng.random() < 0.04 and not pull.deployed:
            self.desk.close(site, pull, pull.author)
            return
        method = rng.choice(METHODS[:2] if pull.stacked_on else METHODS)
        yield from self.finish(site, pull, reviewer, method)

    def finish(self, site: Site, pull: Pull, by: Person, method: str) -> Process:
        """Merges; sometimes the branch is deleted afterwards."""
        self.desk.land(site, pull, method, by)
        self.moved(site)
        if site.rng.random() < 0.3 and not pull.is_fork:
            yield self.world.wait(20)
            self.desk.delete(site, pull.head_branch, by)
