"""Random histories of what senders seldom do: services that share a repository, deployments of several repositories or
of abbreviated SHAs, links and labels that come late, forced and empty pushes, environments of every kind."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from models.events import CatalogSnapshot
from tests.catalogs import component
from tests.warehouses import at, deploy, event, incident, push

REPOSITORIES = ("acme/one", "acme/two", "acme/three")
BUSY = ("acme/one", "acme/one", "acme/one", "acme/two", "acme/three")
SERVICES = ("alpha", "beta", "delta")
ENVIRONMENTS = ("production", "production", "production", "prod-eu", "staging", "eu")


def strange_history(seed: int) -> list[Any]:
    """A few months of three repositories: events as they happened, the catalog among them."""
    world = _World(Random(seed), seed)
    if world.often(0.6):
        world.events.append(world.catalog())
    for _ in range(world.random.randint(4, 12)):
        world.hours += world.random.choice([0.5, 2, 9, 30, 400])
        repository = world.random.choice(BUSY)
        world.change(repository)
        for _ in range(world.random.choice([1, 1, 2, 3])):
            world.deployment()
        if world.often(0.35):
            world.incident()
    return world.events


@dataclass
class _World:
    random: Random
    seed: int
    hours: float = 0.0
    events: list[Any] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    shas: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in REPOSITORIES})
    deployments: list[str] = field(default_factory=list)
    pulls: int = 0
    made: int = 0

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def catalog(self) -> CatalogSnapshot:
        """Two services of one repository, told apart by paths or not."""
        paths = ({"leadline.dev/paths": "a"}, {"leadline.dev/paths": "b/"}) if self.often(0.5) else ({}, {})
        entities = [component(name, "acme/one", **told) for name, told in zip(SERVICES, paths, strict=False)]
        if self.often(0.5):
            entities.append(component("gamma", "acme/two"))
        return CatalogSnapshot(id="c", at=at(self.random.choice([0, 50])), location="f", entities=tuple(entities))

    def commits(self, repository: str, count: int, parent: str | None, hours: float) -> list[dict[str, Any]]:
        """One on the other; some revert, some tell their parents, some their files, clocks go wrong."""
        found = []
        for _ in range(count):
            self.made += 1
            sha, known = f"{self.seed:08x}{self.made:032x}", self.shas[repository]
            message = self.random.choice(["Change", "Change", "Change", "Change", "Merge branch 'x'"])
            if known and self.often(0.12):
                message = f"Revert\n\nThis reverts commit {self.random.choice(known)}."
            one = {"sha": sha, "committed_at": at(hours - self.random.choice([0, 0.1, 5, 400, -3])), "message": message}
            if self.seed % 2:
                one["files"] = self.random.choice([["a/x"], ["b/x"], ["a/x", "b/y"], []])
            if self.seed % 3 == 0 and self.often(0.7):
                one["parents"] = [parent] if parent else []
            found.append(one)
            parent = sha
        return found

    def push(self, hours: float, repository: str, before: str, commits: list[dict[str, Any]], **more: Any) -> None:
        self.events.append(push(hours, before, commits=commits, repository=repository, **more))
        self.shas[repository] += [one["sha"] for one in commits]

    def change(self, repository: str) -> None:
        """A push to main, one that brings nothing new, or a pull request."""
        head = self.heads.get(repository)
        if head is None or self.often(0.4):
            commits = self.commits(repository, self.random.randint(1, 3), head, self.hours)
            more: dict[str, Any] = {"forced": bool(head) and self.often(0.15)}
            if self.often(0.2):
                more["service"] = self.random.choice(SERVICES)
            if self.often(0.3):
                more["default_branch"] = self.random.choice(["main", "master"])
            if self.often(0.1):
                more["total"] = 30
            self.push(self.hours, repository, head or "", commits, **more)
            self.heads[repository] = commits[-1]["sha"]
        elif self.often(0.2):
            self.empty_push(repository, head)
        else:
            self.pull_request(repository, head)

    def empty_push(self, repository: str, head: str) -> None:
        sha = self.random.choice(self.shas[repository])
        before, more = self.random.choice(
            [
                (head, {"after": sha, "forced": True}),
                ("", {"after": sha, "branch": "release"}),
                ("", {"after": sha, "branch": "trunk", "default_branch": "trunk"}),
                (sha, {"after": "0" * 40, "branch": "release"}),
            ]
        )
        self.events.append(push(self.hours, before, repository=repository, **more))
        if more.get("forced"):
            self.heads[repository] = sha

    def pull_request(self, repository: str, base: str) -> None:
        """Merged in any way or not at all; its head, labels and reviews told in part or late."""
        self.pulls += 1
        branch = self.random.choice(["feature/x", "hotfix/y"])
        commits = self.commits(repository, self.random.randint(1, 3), base, self.hours)
        names = [one["sha"] for one in commits]
        if self.often(0.85):
            self.push(self.hours, repository, "", commits, branch=branch)
        told = {
            "repository": repository, "number": self.pulls, "head_branch": branch, "base_branch": "main",
            "head_repository": self.random.choice([None, repository, repository, "fork/x"]),
        }  # fmt: skip
        labels = self.random.choice([None, [], ["hotfix"]])
        self.events.append(
            event("pull_request", self.hours + 0.1, status="opened", head_sha=names[-1], labels=labels, **told)
        )
        if self.often(0.3):
            self.deployment(names[-1], repository)
        merged = self.hours + 0.3
        left = self.left_behind(repository, base, commits, merged)
        if not left:
            return
        self.heads[repository] = left[-1]["sha"]
        body = f"Reverts {repository}#{self.random.randint(1, self.pulls)}" if self.often(0.2) else None
        self.events.append(
            event(
                "pull_request",
                merged + 0.01,
                status="merged",
                head_sha=names[-1],
                merge_sha=left[-1]["sha"],
                body=body,
                **told,
            )
        )
        if self.often(0.3):
            late = {
                "head_sha": self.random.choice([names[-1], None]),
                "labels": self.random.choice([["hotfix"], [], None]),
            }
            self.events.append(event("pull_request", self.hours + 5, status="updated", **late, **told))

    def left_behind(
        self, repository: str, base: str, commits: list[dict[str, Any]], hours: float
    ) -> list[dict[str, Any]]:
        """What the merge left on main; nothing where it wasn't merged."""
        known = [{**one, "distinct": False} for one in commits]
        how = self.random.choice(["squash", "rebase", "merge", "forward", "not"])
        if how == "not":
            return []
        if how == "forward":
            self.push(hours, repository, base, known)
            return commits
        left = self.commits(repository, len(commits) if how == "rebase" else 1, base, hours)
        if how == "rebase":
            left = [{**new, "message": old["message"]} for new, old in zip(left, commits, strict=True)]
        if how == "merge" and "parents" in left[0]:
            left[0]["parents"] = [base, commits[-1]["sha"]]
        self.push(hours, repository, base, [*known, *left] if how == "merge" else left)
        return left

    def deployment(self, sha: str | None = None, repository: str | None = None) -> None:
        """To any environment, of any known commit or of none; often told before, sometimes changed after."""
        repository = repository or self.random.choice(BUSY)
        known = self.shas[repository]
        if not known:
            return
        anything = [self.heads.get(repository)] * 3 + [
            self.random.choice(known),
            "unknown",
            None,
            self.random.choice(known)[:8],
        ]
        sha = sha or self.random.choice(anything)
        hours = self.hours + self.random.random() * 3
        again = self.deployments and self.often(0.1)
        name = self.random.choice(self.deployments) if again else f"D{len(self.deployments)}"
        more: dict[str, Any] = {"environment": self.random.choice(ENVIRONMENTS), "repository": repository}
        if self.often(0.15):
            more["service"] = self.random.choice(SERVICES)
        if self.often(0.1):
            more |= {"repository": None, "service": more.get("service", "delta")}
        other = self.random.choice([one for one in REPOSITORIES if one != repository])
        if sha and self.shas[other] and self.often(0.2):
            both = {repository: sha, other: self.random.choice(self.shas[other])}
            more["commits"] = [{"repository": where, "sha": which} for where, which in both.items()]
        links = [*self.deployments, self.random.choice(known), self.random.choice(known)[:9], "v2", "D99"]
        more |= {
            "version": f"v{self.random.randint(1, 5)}" if self.often(0.3) else None, "rollback": self.often(0.08),
            "failed": self.often(0.06), "fixes": self.random.choice(links) if self.often(0.12) else None,
            "ref": self.random.choice(["refs/heads/hotfix/a", "main"]) if self.often(0.1) else None,
            "production": self.random.choice([True, None]) if self.often(0.15) else None,
        }  # fmt: skip
        if self.often(0.4):
            self.events.append(deploy(hours - 0.2, name, sha, status=self.random.choice(["queued", "failure"]), **more))
        self.events.append(deploy(hours, name, sha, status=self.random.choice(["success"] * 6 + ["failure"]), **more))
        if self.often(0.12):
            later = self.random.choice(["failure", "error", "inactive", "success"])
            self.events.append(deploy(hours + self.random.choice([0.1, 20]), name, sha, status=later, **more))
        self.deployments.append(name)

    def incident(self) -> None:
        name, hours = f"I{self.random.randint(0, 4)}", self.hours + self.random.choice([0, 1, 3, 20, 60])
        where: dict[str, Any] = self.random.choice(
            [
                {"repository": self.random.choice(REPOSITORIES)},
                {"services": ["alpha", "beta"]},
                {"service": "delta"},
                {"bindings": []},
            ]
        )
        known = [sha for shas in self.shas.values() for sha in shas]
        links = [f"D{self.random.randint(0, 12)}", self.random.choice(known), self.random.choice(known)[:8], "v2"]
        link = {"deployment": self.random.choice(links)} if self.often(0.5) else {}
        self.events.append(incident(hours, name, self.random.choice(["opened", "opened", "reopened"]), **where, **link))
        if self.often(0.6):
            ended = hours + self.random.choice([-1, 2, 30])
            self.events.append(
                incident(ended, name, self.random.choice(["resolved", "acknowledged", "updated"]), **where)
            )
