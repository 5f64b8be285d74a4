"""People in facts: a keyed hash, and a display handle that can be turned off. E-mail addresses never."""

import secrets
from functools import lru_cache
from hashlib import blake2b

from models.settings import Settings

KEY_FILE = "people.key"


def people_key(settings: Settings) -> bytes:
    """The key of the hashes: `LEADLINE_PEOPLE_KEY`, else made once and kept in the home folder (mode 0600)."""
    if settings.people_key:
        return settings.people_key.get_secret_value().encode()
    path = settings.home / KEY_FILE
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_hex(32).encode())
        return path.read_bytes()


@lru_cache(10_000)
def person(author: str | None, key: bytes, show_handle: bool) -> tuple[str | None, str | None]:
    """(keyed hash, handle) of an author; the handle is None where it would be an address or isn't wanted."""
    if not author:
        return None, None
    digest = blake2b(author.strip().lower().encode(), key=key[:64], digest_size=16).hexdigest()
    return digest, author if show_handle and "@" not in author else None
