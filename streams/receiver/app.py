"""The receiver's application, on granian's own interface, RSGI: a framework's objects cost as much as the work."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from time import perf_counter
from typing import Protocol

import orjson
import structlog
from granian.rsgi import Scope
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from models.delivery import Delivery
from models.errors import NotAuthenticError
from models.settings import Settings
from models.source import Source
from streams.bodies import read_json
from streams.receiver import metrics
from streams.receiver.outlet import Outlet
from streams.receiver.problems import CONTENT_TYPE as PROBLEM
from streams.receiver.problems import problem
from streams.receiver.spool import Spool, SpoolFullError
from streams.sources import load_sources
from streams.sources.events import published_schema

log = structlog.get_logger(__name__)

JSON = "application/json"
WEBHOOKS = "/webhooks/"
RETRY_AFTER_SECONDS = "30"
LONGEST_NAME = 512
"""Of a delivery's id and key, in characters; what is longer travels as its digest."""

Answer = tuple[int, str, bytes]
"""(status, content type, body)"""


class HTTPProtocol(Protocol):
    """What RSGI gives of a request's body, and takes as its answer; RuntimeError where the connection ended."""

    def __call__(self) -> Awaitable[bytes]: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


class RefusedError(Exception):
    """The request gets this answer instead of 202."""

    def __init__(self, status: int, detail: str, hint: str = "") -> None:
        super().__init__(detail)
        self.answer: Answer = (status, PROBLEM, problem(status, detail, hint))


class Receiver:
    """RSGI application, between `start()` and `stop()`. Secrets are read once, when it is made.

    Raises LeadlineError where the spool can't be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sources = load_sources()
        self._secrets = {name: settings.secrets(name) for name in self._sources}
        self._schema = orjson.dumps(published_schema(), option=orjson.OPT_INDENT_2)
        self._spool = Spool(settings.home / "spool" / "receiver.sqlite", settings.spool_max_bytes)
        self._outlet = Outlet(settings, self._spool)
        if settings.allow_unsigned:
            log.warning(
                "LEADLINE_ALLOW_UNSIGNED is set: sources without a secret are OPEN. Never do this in production."
            )

    async def start(self) -> None:
        """Connects to Kafka; where it is away, goes on in the background."""
        await self._outlet.start()

    async def stop(self) -> None:
        """Sends what is in hand, and lets go of Kafka and the spool."""
        await self._outlet.stop()
        self._spool.close()

    async def __call__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        path = scope.path
        if path.startswith(WEBHOOKS):
            begun = perf_counter()
            name = path[len(WEBHOOKS) :]
            try:
                answer = await self._webhook(name, scope, protocol)
            except RefusedError as refused:
                answer = refused.answer
            except Exception:
                log.exception("a delivery could not be taken", source=name)
                answer = 500, PROBLEM, problem(500, "the receiver failed on this delivery", "its log says why")
            metrics.REQUESTS.labels(name if name in self._sources else "unknown", str(answer[0])).inc()
            metrics.SECONDS.observe(perf_counter() - begun)
        else:
            answer = self._about(path, scope.method)
        status, kind, body = answer
        headers = [("content-type", kind), ("content-length", str(len(body)))]
        if status == 503:
            headers.append(("retry-after", RETRY_AFTER_SECONDS))
        if status == 405:
            headers.append(("allow", "POST" if path.startswith(WEBHOOKS) else "GET"))
        protocol.response_bytes(status, headers, body)

    async def _webhook(self, name: str, scope: Scope, protocol: HTTPProtocol) -> Answer:
        source = self._sources.get(name)
        if source is None:
            known = ", ".join(self._sources)
            raise RefusedError(404, f"there is no source {name!r}", f"known sources: {known}")
        if scope.method != "POST":
            raise RefusedError(405, "a webhook is POSTed", f"POST {WEBHOOKS}{name}")
        headers = dict(scope.headers.items())
        body = await _read(protocol, headers, self._settings.max_body_bytes)
        self._authenticate(source, body, headers)
        delivery = _delivery(source, body, headers)
        try:
            await self._outlet.accept(delivery)
        except SpoolFullError:
            raise RefusedError(503, "Kafka is away and the spool is full", "send it again later") from None
        except sqlite3.Error as error:
            log.error("the spool can't be written", error=str(error))
            raise RefusedError(503, "Kafka is away and the spool can't be written", "send it again later") from None
        return 202, JSON, orjson.dumps({"delivery": delivery.delivery_id})

    def _authenticate(self, source: Source, body: bytes, headers: Mapping[str, str]) -> None:
        secrets = self._secrets[source.name]
        if not secrets and self._settings.allow_unsigned:
            return
        try:
            source.verify(body, headers, secrets)
        except NotAuthenticError as error:
            log.warning("refused", source=source.name, reason=error.message)
            raise RefusedError(401, error.message, error.hint) from None

    def _about(self, path: str, method: str) -> Answer:
        if path not in ("/healthz", "/readyz", "/metrics", "/schemas/events.json"):
            return 404, PROBLEM, problem(404, f"there is nothing at {path}", f"POST {WEBHOOKS}{{source}}")
        if method not in ("GET", "HEAD"):
            return 405, PROBLEM, problem(405, f"{path} is read with GET")
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        if path == "/schemas/events.json":
            return 200, "application/schema+json", self._schema
        if path == "/healthz":
            return 200, JSON, b'{"status":"alive"}'
        return self._ready()

    def _ready(self) -> Answer:
        if self._spool.full:
            return 503, PROBLEM, problem(503, "Kafka is away and the spool is full", "start or reach Kafka")
        state = {"status": "ready", "kafka": self._outlet.kafka_up, "spooled": self._spool.count}
        return 200, JSON, orjson.dumps(state)


def _delivery(source: Source, body: bytes, headers: Mapping[str, str]) -> Delivery:
    try:
        payload = source.decode(body, headers) if source.decode else read_json(body)
    except ValueError as error:
        raise RefusedError(400, f"the body is not JSON: {error}", "send one JSON value, UTF-8") from None
    if not isinstance(payload, dict | list):
        raise RefusedError(400, "the body is JSON, but no object", "send a JSON object")
    known, key = source.delivery_id(headers, payload, body), source.key(headers, payload)
    return Delivery(
        source=source.name,
        delivery_id=_bounded(known) if known else f"sha256:{sha256(body).hexdigest()}",
        received_at=datetime.now(UTC),
        headers={name: headers[name] for name in source.kept_headers if name in headers},
        body=body,
        key=_bounded(key),
    )


def _bounded(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"sha256:{sha256(name.encode()).hexdigest()}"


async def _read(protocol: HTTPProtocol, headers: Mapping[str, str], limit: int) -> bytes:
    """The body. Refuses what is too large before it is all here, whether its length was announced or not."""
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    try:
        if announced:
            return await protocol()
        parts, size = [], 0
        async for part in protocol:
            parts.append(part)
            size += len(part)
            if size > limit:
                raise _too_large(limit)
    except RuntimeError:
        raise RefusedError(400, "the connection ended before the body did") from None
    return b"".join(parts)


def _too_large(limit: int) -> RefusedError:
    return RefusedError(413, f"the body is larger than {limit:,} bytes", "raise LEADLINE_MAX_BODY_BYTES, or send less")
