"""HOST:PORT, as settings name what listens."""

import socket

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


def refuse_busy(address: str, what: str, setting: str) -> None:
    """Raises LeadlineError, one line naming the setting, where nobody could listen on `address` now."""
    host, port = split(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise LeadlineError(
                f"can't listen on {address} for {what}: {error.strerror}",
                f"stop what holds the port, or name another with {setting}",
            ) from None
