"""HOST:PORT, as settings name what listens."""

from models.errors import LeadlineError

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104 - compared, not bound
HIGHEST_PORT = 65_535


def split(address: str) -> tuple[str, int]:
    """(host, port); IPv6 hosts lose their brackets. Raises LeadlineError where it isn't HOST:PORT."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > HIGHEST_PORT:
        raise LeadlineError(f"{address!r} is not an address", "write HOST:PORT, such as 127.0.0.1:8400")
    return host.strip("[]"), int(port)


def url(address: str) -> str:
    """Where a browser on this machine finds what listens on `address`."""
    host, port = split(address)
    shown = EVERYWHERE.get(host) or (f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"
