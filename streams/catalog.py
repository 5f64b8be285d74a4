"""Catalog folders into the line: a snapshot of a folder is a delivery, so that a rebuild has the catalog too."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import orjson
import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError
from watchfiles import watch as watch_files

from models.delivery import DELIVERIES_TOPIC, Delivery
from models.errors import LeadlineError
from models.events import CatalogSnapshot
from models.settings import Settings
from streams.ingest import ingest
from streams.sources import catalog as source
from streams.topics import client_options, ensure_topics, max_message_bytes
from warehouse.catalog.files import read_folder
from warehouse.compute import compute
from warehouse.store import Store

log = structlog.get_logger(__name__)

SENT_FILE = "catalog.json"
"""In the home folder: what was sent last of each watched folder, so that a restart doesn't send it again."""


def snapshot(folder: Path) -> CatalogSnapshot:
    """A folder's entities now. Raises LeadlineError that lists every fault."""
    entities, faults = read_folder(folder)
    if faults:
        raise LeadlineError("\n".join(str(fault) for fault in faults), "nothing was loaded; mend these first")
    digest = sha256(orjson.dumps(entities, option=orjson.OPT_SORT_KEYS)).hexdigest()
    now = datetime.now(UTC)
    return CatalogSnapshot(
        id=f"{digest[:16]}@{now.isoformat()}", at=now, location=str(folder.resolve()), entities=tuple(entities)
    )


def delivery_of(one: CatalogSnapshot) -> Delivery:
    """The delivery that carries a snapshot through the line."""
    return Delivery("catalog", one.id, one.at, {}, source.encode(one), f"catalog/{one.location}")


def send(settings: Settings, one: CatalogSnapshot) -> None:
    """Through Kafka, acknowledged by it. Raises LeadlineError where it doesn't answer."""
    ensure_topics(settings)
    key, value, headers = delivery_of(one).to_record()
    try:
        producer = KafkaProducer(
            **client_options(settings), acks="all", max_request_size=max_message_bytes(settings), retries=3
        )
        try:
            producer.send(DELIVERIES_TOPIC, key=key, value=value, headers=headers).get(timeout=30)
        finally:
            producer.close(5)
    except KafkaError as error:
        raise LeadlineError(f"Kafka didn't take the catalog ({type(error).__name__})", "is it up?") from None


def write(settings: Settings, one: CatalogSnapshot) -> None:
    """Straight into the store, where no worker owns it and no Kafka answers. Raises LeadlineError where one does."""
    store = Store.open(settings.warehouse_path)
    try:
        ingest(store, settings, [delivery_of(one)])
        compute(store, settings)
    finally:
        store.close()


def watch(settings: Settings, stop: Event) -> Thread | None:
    """Loads LEADLINE_CATALOG now and whenever it changes, in a thread, until `stop`. None: no folder is set."""
    if not settings.catalog_folders:
        return None
    thread = Thread(target=_watch, args=(settings, stop), name="catalog", daemon=True)
    thread.start()
    return thread


def _watch(settings: Settings, stop: Event) -> None:
    folders = settings.catalog_folders
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        _send_if_changed(settings, folder)
    for _ in watch_files(*folders, stop_event=stop, debounce=500, yield_on_timeout=False):
        for folder in folders:
            _send_if_changed(settings, folder)


def _send_if_changed(settings: Settings, folder: Path) -> None:
    """A broken catalog is said and the last good one stays."""
    path = settings.home / SENT_FILE
    sent: dict[str, str] = orjson.loads(path.read_bytes()) if path.exists() else {}
    try:
        one = snapshot(folder)
        digest = one.id.partition("@")[0]
        if sent.get(one.location) == digest or not (one.entities or one.location in sent):
            return
        send(settings, one)
    except LeadlineError as error:
        log.error("the catalog was not loaded", folder=str(folder), reason=error.message)
        return
    path.write_bytes(orjson.dumps(sent | {one.location: digest}))
    log.info("catalog loaded", folder=str(folder), entities=len(one.entities))
