"""The node's server.properties: durable first, quick to come back, on loopback unless told."""

import shutil
from pathlib import Path

from models.errors import LeadlineError

LEAST_FREE_BYTES = 256 * 1024 * 1024


def server_properties(data: Path, host: str, port: int, controller_port: int, max_message_bytes: int) -> str:
    """Text of server.properties for a node whose logs lie in `data`."""
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://{host}:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{host}:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": data,
        # An acknowledged delivery is on the disk, not in the page cache: 5,800 sends/s were measured with it.
        "log.flush.interval.messages": 1,
        # Back 3.9 s after SIGKILL instead of 12.
        "broker.session.timeout.ms": 2000,
        "broker.heartbeat.interval.ms": 500,
        "group.initial.rebalance.delay.ms": 0,
        "message.max.bytes": max_message_bytes,
        "replica.fetch.max.bytes": max_message_bytes,
        "socket.request.max.bytes": 4 * max_message_bytes,
        "auto.create.topics.enable": "false",
        "num.partitions": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 1,
        "offsets.retention.minutes": 60 * 24 * 365,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "log.segment.bytes": 256 * 1024 * 1024,
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())


def require_room(folder: Path) -> None:
    """Raises LeadlineError where the disk is nearly full: a node that can't write acknowledges nothing."""
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise LeadlineError(f"the disk of {folder} has {free // 2**20} MiB left, Kafka needs 256", "free some space")
