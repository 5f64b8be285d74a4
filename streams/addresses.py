"""Whether an address can be listened on."""

import socket

from models.addresses import split
from models.errors import LeadlineError


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
