"""Catalog folders into the line: a snapshot of a folder is a delivery, so that a rebuild has the catalog too."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import orjson
import structlog
from watchfiles import watch as watch_files

from models.delivery import DELIVERIES_TOPIC, Delivery
from models.errors import LeadlineError
from models.events import CatalogSnapshot
from models.settings import Settings
from streams.ingest import ingest
from streams.produce import produce
from streams.sources import catalog as source
from streams.topics import topic_ids
from warehouse.catalog.files import read_folder
from warehouse.compute import compute
from warehouse.store import Store

log = structlog.get_logger(__name__)

SENT_FILE = "catalog.json"
"""In the home folder: what was sent last of each watched folder, so that a restart doesn't send it again."""
RETRY_MS = 5_000
"""What Kafka didn't take is sent again after so long."""


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
    list(produce(settings, [delivery_of(one)]))


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
    """Where folders can't be watched (one that can't be made, too many watches) they are looked at now and then."""
    said = None
    while not stop.is_set():
        try:
            _follow(settings, stop)
        except Exception as error:  # this thread must live: without it no change is ever loaded
            if str(error) != said:
                log.error("the catalog is not watched", reason=str(error), exc_info=error)
            said = str(error)
            stop.wait(RETRY_MS / 1000)


def _follow(settings: Settings, stop: Event) -> None:
    """Returns when told to stop. Raises what the file system says of folders that can't be watched."""
    folders = settings.catalog_folders
    for folder in folders:
        with suppress(OSError):  # a file, too, may be watched
            folder.mkdir(parents=True, exist_ok=True)
    waiting = _send_changed(settings, dict.fromkeys(folders))
    changes = watch_files(*folders, stop_event=stop, debounce=500, rust_timeout=RETRY_MS, yield_on_timeout=True)
    for changed in changes:
        waiting = _send_changed(settings, dict.fromkeys(folders) if changed else waiting)


def _send_changed(settings: Settings, folders: Mapping[Path, str | None]) -> dict[Path, str | None]:
    """Folders that may have changed, each with why it wasn't sent before → those that are still to be sent."""
    left: dict[Path, str | None] = {}
    for folder, said in folders.items():
        try:
            _send_if_changed(settings, folder)
        except Exception as error:
            left[folder] = reason = str(error)
            if reason != said:
                trace = None if isinstance(error, LeadlineError) else error
                log.error("the catalog waits", folder=str(folder), reason=reason, exc_info=trace)
    return left


def _send_if_changed(settings: Settings, folder: Path) -> None:
    """A broken catalog is said and the last good one stays. Raises LeadlineError where Kafka doesn't take it."""
    try:
        one = snapshot(folder)
    except LeadlineError as error:
        log.error("the catalog was not loaded", folder=str(folder), reason=error.message)
        return
    sent = _sent(settings)
    # a topic that was made again, or another Kafka's, has nothing of what was sent
    state = f"{one.id.partition('@')[0]}@{topic_ids(settings)[DELIVERIES_TOPIC]}"
    if sent.get(one.location) == state or not (one.entities or one.location in sent):
        return
    send(settings, one)
    path = settings.home / SENT_FILE
    written = path.with_suffix(".new")
    written.write_bytes(orjson.dumps(sent | {one.location: state}))
    written.replace(path)
    log.info("catalog loaded", folder=str(folder), entities=len(one.entities))


def _sent(settings: Settings) -> dict[str, str]:
    """Nothing where it was never kept, or was cut off: what is sent twice changes nothing."""
    try:
        sent = orjson.loads((settings.home / SENT_FILE).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return sent if isinstance(sent, dict) else {}
