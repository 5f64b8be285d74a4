"""docker-compose.yml, read by a parser: commands that exist, health checks, volumes, pinned images, no secret."""

from typing import Any

import pytest
import yaml
from typer.main import get_group

from models.settings import PREFIX, Settings
from streams.cli import build
from streams.topics import max_message_bytes
from tests.conftest import REPOSITORY

COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name in SERVICES if name != "kafka"]


def test_the_line_is_whole() -> None:
    assert set(SERVICES) == {"kafka", "receiver", "worker", "dashboard"}


@pytest.mark.parametrize("name", OURS)
def test_each_command_is_one_of_the_command_line(name: str) -> None:
    assert SERVICES[name]["command"][0] in get_group(build()).commands


@pytest.mark.parametrize("name", OURS)
def test_settings_are_known(name: str) -> None:
    given = {key.removeprefix(PREFIX).lower(): value for key, value in SERVICES[name]["environment"].items()}
    Settings(**given)


@pytest.mark.parametrize("name", SERVICES)
def test_each_is_watched_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["kafka", "receiver", "worker"])
def test_state_is_on_volumes_that_are_declared(name: str) -> None:
    named = [volume.split(":")[0] for volume in SERVICES[name]["volumes"] if not volume.startswith(".")]
    assert named
    assert set(named) <= set(COMPOSE["volumes"])


def test_images_are_pinned() -> None:
    assert SERVICES["kafka"]["image"].split(":")[1].count(".") == 2


def test_no_secret_is_in_the_file() -> None:
    names = [key for service in SERVICES.values() for key in service["environment"]]
    assert not [key for key in names if "SECRET" in key or "TOKEN" in key or "PASSWORD" in key]
    example = (REPOSITORY / "leadline.env.example").read_text().splitlines()
    assert all(line.endswith("=") for line in example if line and not line.startswith("#"))


def test_kafka_takes_the_largest_body_and_flushes_each() -> None:
    environment = SERVICES["kafka"]["environment"]
    assert environment["KAFKA_MESSAGE_MAX_BYTES"] == max_message_bytes(Settings())
    assert environment["KAFKA_LOG_FLUSH_INTERVAL_MESSAGES"] == 1
