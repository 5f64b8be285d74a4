"""The organisation as a folder of catalog-info.yaml, as Backstage reads it."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from streams.simulator.organisation import Organisation, Service

API_VERSION = "backstage.io/v1alpha1"


def write_catalog(organisation: Organisation, folder: Path) -> None:
    """Writes one file per service and one for the organisation below `folder` (made where it is missing)."""
    _write(folder / "organisation" / "catalog-info.yaml", _shared(organisation))
    for service in organisation.services:
        if service.kind.catalogued:
            _write(folder / service.name / "catalog-info.yaml", [_component(service)])


def _shared(organisation: Organisation) -> list[dict[str, Any]]:
    groups_above = {group for group in organisation.above.values() if group}
    entities = []
    for domain in sorted(set(organisation.systems.values())):
        entities.append(_entity("Domain", domain, {"owner": f"{domain}-engineering"}))
    for system, domain in sorted(organisation.systems.items()):
        entities.append(_entity("System", system, {"owner": f"group:default/{domain}-engineering", "domain": domain}))
    for group, parent in sorted(organisation.above.items()):
        team = organisation.teams.get(group)
        below = sorted(name for name, above in organisation.above.items() if above == group)
        spec: dict[str, Any] = {"type": "department" if group in groups_above else "team", "children": below}
        if parent:
            spec["parent"] = parent
        if team:
            spec["members"] = [person.login for person in team.members]
        entities.append(_entity("Group", group, spec))
    for team in organisation.teams.values():
        for person in team.members:
            profile = {"displayName": person.name, "email": person.email}
            entities.append(_entity("User", person.login, {"profile": profile, "memberOf": [team.name]}))
    return entities


def _component(service: Service) -> dict[str, Any]:
    annotations = {
        "github.com/project-slug": service.repository,
        "pagerduty.com/service-id": service.pagerduty_id,
        "leadline.dev/tier": service.tier,
    }
    if service.path:
        # A second prefix that nothing touches: the annotation is a list, so it is written as one.
        annotations["leadline.dev/paths"] = f"{service.path}, deploy/{service.name}/"
    spec = {"type": "service", "lifecycle": "production", "owner": service.team.name, "system": service.system}
    entity = _entity("Component", service.name, spec)
    entity["metadata"] |= {"description": f"The {service.name} service", "annotations": annotations}
    return entity


def _entity(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    title = name.replace("-", " ").title()
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name, "title": title}, "spec": spec}


def _write(path: Path, entities: list[dict[str, Any]]) -> None:
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.explicit_start = len(entities) > 1
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump_all(entities, file)
