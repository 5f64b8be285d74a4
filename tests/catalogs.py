"""Catalog folders as snapshots, for tests."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from models.events import CatalogSnapshot


def snapshot_of(folder: Path, at: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> CatalogSnapshot:
    """Every entity of every YAML file below a folder, unchecked."""
    reader = YAML(typ="safe")
    entities = [
        json.loads(json.dumps(entity, default=str))
        for path in sorted(folder.rglob("*.yaml"))
        for entity in reader.load_all(path.read_text(encoding="utf-8"))
        if entity
    ]
    return CatalogSnapshot(id=f"{folder}", at=at, location=str(folder), entities=tuple(entities))


def component(name: str, slug: str, owner: str = "team", **annotations: str) -> dict[str, Any]:
    """A service of a GitHub repository, as Backstage tells it."""
    return {
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": {"name": name, "annotations": {"github.com/project-slug": slug} | annotations},
        "spec": {"type": "service", "lifecycle": "production", "owner": owner},
    }  # fmt: skip
