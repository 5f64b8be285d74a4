"""Kafka's jars: resolved once, kept outside the tree, checked against the SHA-256 of `kafka.lock` at every start."""

import fcntl
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import file_digest
from pathlib import Path

import jgo
import platformdirs

from models.errors import LeadlineError

VERSION = "4.4.0"
ENDPOINTS = (
    f"org.apache.kafka:kafka_2.13:{VERSION}",
    # Without it Kafka says nothing, not even why it ends. Resolved alone: together, other versions are chosen.
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5",
)
LOCK = Path(__file__).parent / "kafka.lock"


def cache_folder() -> Path:
    """Where downloads are kept: the user's cache folder (XDG_CACHE_HOME moves it)."""
    return Path(platformdirs.user_cache_dir("leadline")) / "kafka"


def classpath(cached: Path | None = None) -> str:
    """Kafka's classpath, downloaded where it isn't kept yet. Raises LeadlineError where it can't be had."""
    folder = cached or cache_folder()
    with _alone(folder):
        try:
            jars = kept(folder) or resolve(folder)
        except (
            Exception
        ) as error:  # jgo raises whatever its resolver meets; requests' errors are OSErrors without errno
            if isinstance(error, OSError) and error.errno:
                raise LeadlineError(f"can't keep Apache Kafka in {folder}: {error.strerror}") from None
            raise LeadlineError(
                f"can't download Apache Kafka {VERSION} ({type(error).__name__})",
                "connect to the network once, or set LEADLINE_KAFKA to a Kafka of yours",
            ) from None
    verify(jars)
    return os.pathsep.join(str(jar) for jar in jars)


def kept(folder: Path) -> list[Path]:
    """The locked jars, where `folder` has them all.

    jgo isn't asked then: it links its folder anew each time, under the feet of a node that is just starting.
    """
    found = {jar.name: jar for jar in folder.rglob("*.jar")}
    return [found[name] for name in _locked()] if _locked().keys() <= found.keys() else []


def resolve(folder: Path) -> list[Path]:
    """The jars in `folder`, downloaded where they are missing."""
    found = (Path(jar) for endpoint in ENDPOINTS for jar in jgo.build(endpoint, cache_dir=folder).all_jars)
    return sorted({jar.name: jar for jar in found}.values(), key=lambda jar: jar.name)


def verify(jars: list[Path]) -> None:
    """Raises LeadlineError unless the jars are exactly those that the lock names."""
    wanted = _locked()
    names = {jar.name for jar in jars}
    if missing := sorted(set(wanted) - names) or sorted(names - set(wanted)):
        raise LeadlineError(
            f"Apache Kafka's jars differ from the lock: {', '.join(missing)}", f"delete {jars[0].parent}"
        )
    for jar in jars:
        with jar.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != wanted[jar.name]:
                raise LeadlineError(f"{jar.name} isn't the file that was locked", f"delete {jar} and start again")


@cache
def _locked() -> dict[str, str]:
    """Jar → its SHA-256."""
    return tomllib.loads(LOCK.read_text(encoding="utf-8"))["sha256"]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process resolves at a time; the others find the jars."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise LeadlineError(f"can't write to {folder}: {error.strerror}") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
