"""What really happened, put in order: who deployed what when, what each deployment shipped, and how it fared."""

from collections import defaultdict
from functools import cached_property

from streams.simulator.attribution import Outcome, attribute
from streams.simulator.commits import Shipping, histories
from streams.simulator.ledger import Deployment, Ledger, Pushed
from streams.simulator.organisation import Organisation
from streams.simulator.rules import PRODUCTION, reached_at


class Happened:
    """Everything that the numbers of a simulation are made from."""

    def __init__(self, ledger: Ledger, organisation: Organisation) -> None:
        self.ledger, self.organisation = ledger, organisation
        self.services: list[str] = [service.name for service in organisation.services]
        self.teams: dict[str, frozenset[str]] = organisation.below()
        """Group → the services of it and of the groups below it; services outside the catalog are nobody's."""

    @cached_property
    def lines(self) -> dict[tuple[str, str], list[Deployment]]:
        """(service, production environment) → the deployments that reached it, oldest first."""
        found: dict[tuple[str, str], list[Deployment]] = defaultdict(list)
        for deployment in self.ledger.deployments:
            if deployment.first_success and PRODUCTION.match(deployment.environment):
                for service in deployment.services:
                    found[service, deployment.environment].append(deployment)
        return {key: sorted(line, key=reached_at) for key, line in found.items()}

    @cached_property
    def shipping(self) -> dict[tuple[str, str], Shipping]:
        """(service, environment) → which of its deployments shipped which commits."""
        paths = {service.name: service.path for service in self.organisation.services}
        known = histories(self.ledger)
        return {key: Shipping(known[line[0].repository], line, paths[key[0]]) for key, line in self.lines.items()}

    @cached_property
    def pushes(self) -> dict[tuple[str, str], list[Pushed]]:
        """(repository, branch) → its pushes."""
        found: dict[tuple[str, str], list[Pushed]] = defaultdict(list)
        for pushed in self.ledger.pushes:
            found[pushed.repository, pushed.branch].append(pushed)
        return found

    def services_of(self, repository: str) -> list[str]:
        """The services whose commits live in a repository."""
        return [service.name for service in self.organisation.services if service.repository == repository]

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """Every production deployment of every service: how it fared, by which evidence, and what it was."""
        return attribute(self.lines, self.shipping, self.ledger)
