"""What people do to a repository in one go: commit, push, open a pull request, merge it. Nothing here takes time."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from streams.simulator.graph import ZERO, Commit, Landing
from streams.simulator.hosts import pushed
from streams.simulator.ledger import Pull, Pushed, Review
from streams.simulator.people import WEB_FLOW, Person
from streams.simulator.world import Site, World

VERBS = ("Add", "Fix", "Improve", "Remove", "Speed up", "Simplify", "Document", "Rework", "Log", "Validate")
THINGS = ("the retry of payments", "address checks", "the cart's totals", "session expiry", "search ranking")
MORE_THINGS = ("stock counts", "the price cache", "invoice numbers", "the export", "rate limits", "health checks")


def title(rng: Random) -> str:
    """A subject line; never one that sounds like a merge or a revert."""
    return f"{rng.choice(VERBS)} {rng.choice(THINGS + MORE_THINGS)}"


def area(site: Site, rng: Random) -> tuple[str, ...]:
    """The folders that one change touches: in a monorepo one service's, both, or none's."""
    paths = [service.path for service in site.services if service.path]
    if not paths:
        return ("src/",)
    roll = rng.random()
    if roll < 0.08:
        return ("docs/",)
    return tuple(paths) if roll > 0.9 else (rng.choice(paths),)


def touch(folders: Iterable[str], rng: Random) -> tuple[str, ...]:
    """Some files below folders, at least one in the first."""
    folders = list(folders)
    chosen = [folders[0], *rng.choices(folders, k=rng.randint(0, 2))]
    return tuple(f"{folder}module_{rng.randint(1, 30)}.py" for folder in chosen)


class Desk:
    """The acts; each writes the true history and has the site's host tell of it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def found(self, site: Site) -> None:
        """The repository's first push: whole history of it, onto its default branch."""
        rng, folders = site.rng, [service.path or "src/" for service in site.services]
        author, head, at = self.world.member(site.team, rng), "", self.world.now()
        for step in range(rng.randint(1, 4)):
            moment = at - timedelta(days=20) + timedelta(days=3 * step)
            message = "Start" if not head else title(rng)
            head = site.repository.add([head] if head else [], moment, message, author, touch(folders, rng)).sha
        if site.host is self.world.github:
            self.world.github.ping(site.repository.name, self.world.now(), author)
        self.push(site, site.repository.default_branch, head, author)

    def commit(
        self, site: Site, parent: str, author: Person, folders: Iterable[str], message: str = "", hours: float = 0
    ) -> Commit:
        """One commit on `parent`, made now; told to nobody yet."""
        at = self.world.backdate(self.world.now(), hours, site.rng)
        return site.repository.add([parent], at, message or title(site.rng), author, touch(folders, site.rng))

    def push(self, site: Site, branch: str, sha: str, by: Person, forced: bool = False) -> None:
        repository, before = site.repository, site.repository.branches.get(branch, ZERO)
        repository.branches[branch] = sha
        new = tuple(one.sha for one in pushed(repository, before, sha) if one.sha not in repository.told)
        self.world.ledger.pushes.append(Pushed(repository.name, branch, self.world.now(), new))
        site.host.push(repository, branch, before, sha, self.world.now(), by, forced)

    def delete(self, site: Site, branch: str, by: Person) -> None:
        before = site.repository.branches.pop(branch)
        site.host.push(site.repository, branch, before, ZERO, self.world.now(), by)

    def merge_default_into(self, site: Site, branch: str, head: str, by: Person) -> str:
        """GitHub's "Update branch": gives the branch's new head."""
        default = site.repository.default_branch
        files = {file for commit in site.repository.log(site.repository.head, head) for file in commit.files}
        message = f"Merge branch '{default}' into {branch}"
        merge = site.repository.add([head, site.repository.head], self.world.now(), message, by, files, WEB_FLOW)
        self.push(site, branch, merge.sha, by)
        return merge.sha

    def rewrite(self, site: Site, branch: str, head: str, by: Person) -> str:
        """Rebases the whole branch onto the default branch and pushes it by force; gives its new head."""
        onto = site.repository.head
        for old in _originals(site, head, onto):
            onto = site.repository.add([onto], self.world.now(), old.message, old.author, old.files, by).sha
        self.push(site, branch, onto, by, forced=True)
        return onto

    def open_pull(
        self,
        site: Site,
        branch: str,
        head: str,
        author: Person,
        subject: str,
        body: str = "",
        labels: tuple[str, ...] = (),
        fork: bool = False,
        reverts: int | None = None,
        draft: bool = False,
    ) -> Pull:
        repository = site.repository
        pull = Pull(
            repository=repository.name,
            number=site.next_number(),
            title=subject,
            body=body,
            author=author,
            head_branch=branch,
            base_branch=repository.default_branch,
            head_sha=head,
            base_sha=repository.head,
            opened_at=self.world.now(),
            labels=labels,
            head_repository=f"{author.login}/{repository.name.partition('/')[2]}" if fork else repository.name,
            commits=len(repository.log(head, repository.head)),
            reverts=reverts,
            draft=draft,
        )
        self.world.ledger.pulls.append(pull)
        site.open_pulls.append(pull)
        site.host.pull(pull, "opened", pull.opened_at, author)
        return pull

    def synchronize(self, site: Site, pull: Pull, head: str, by: Person) -> None:
        pull.head_sha = head
        pull.commits = len(site.repository.log(head, site.repository.head))
        site.host.pull(pull, "synchronize", self.world.now(), by)

    def make_ready(self, site: Site, pull: Pull) -> None:
        """A draft is opened for review."""
        pull.draft, pull.ready_at = False, self.world.now()
        site.host.pull(pull, "ready_for_review", pull.ready_at, pull.author)

    def review(self, site: Site, pull: Pull, by: Person, approved: bool) -> None:
        """Somebody comments or approves; nobody approves what is his own."""
        if approved and by.login == pull.author.login:
            return
        review = Review(self.world.now(), by, approved)
        pull.reviews.append(review)
        site.host.reviewed(pull, review)

    def close(self, site: Site, pull: Pull, by: Person) -> None:
        """Closes a pull request that is not merged."""
        pull.closed_at = self.world.now()
        site.open_pulls.remove(pull)
        site.host.pull(pull, "closed", pull.closed_at, by)

    def land(self, site: Site, pull: Pull, method: str, by: Person) -> Landing:
        """Merges a pull request by GitHub's merge | squash | rebase button."""
        onto = site.repository.head
        originals = _originals(site, pull.head_sha, onto)
        files = {file for commit in originals for file in commit.files}
        add, at = site.repository.add, self.world.now()
        if method == "merge":
            message = (
                f"Merge pull request #{pull.number} from {pull.head_repository.partition('/')[0]}/{pull.head_branch}"
            )
            left = [add([onto, pull.head_sha], at, f"{message}\n\n{pull.title}", by, files, WEB_FLOW).sha]
        elif method == "squash":
            left = [add([onto], at, _squash_message(pull, originals), pull.author, files, WEB_FLOW).sha]
        else:
            left, parent = [], onto
            for original in originals:
                parent = add([parent], at, original.message, original.author, original.files, WEB_FLOW).sha
                left.append(parent)
        self.push(site, site.repository.default_branch, left[-1], by)
        pull.left, pull.onto, pull.method = tuple(left), onto, method
        pull.merged_at = pull.closed_at = self.world.now()
        site.open_pulls.remove(pull)
        site.host.pull(pull, "closed", pull.closed_at, by)
        revertable = not pull.deployed and pull.reverts is None and pull.stacked_on is None
        landing = Landing(
            pull.left, pull.title, pull.number, tuple(sorted(files)), revertable, chained=method == "rebase"
        )
        site.repository.landings.append(landing)
        return landing


def _originals(site: Site, head: str, onto: str) -> list[Commit]:
    return [commit for commit in site.repository.log(head, onto) if not commit.is_merge]


def _squash_message(pull: Pull, originals: list[Commit]) -> str:
    """GitHub's default: of a single commit its own words, of several the pull request's title and their list."""
    if len(originals) == 1:
        subject, _, body = originals[0].message.partition("\n\n")
        return f"{subject} (#{pull.number})" + (f"\n\n{body}" if body else "")
    return f"{pull.title} (#{pull.number})\n\n" + "\n\n".join(f"* {commit.message}" for commit in originals)
