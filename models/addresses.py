"""HOST:PORT, as settings name what listens, and names within the paths below it."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import quote

from models.errors import LeadlineError

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
    try:
        known = ip_address(host)
    except ValueError:  # a name; none means every address
        return f"http://{host or '127.0.0.1'}:{port}"
    if isinstance(known, IPv6Address):
        return f"http://[{'::1' if known.is_unspecified else host}]:{port}"
    return f"http://{'127.0.0.1' if known.is_unspecified else host}:{port}"


def step(name: str, safe: str = "") -> str:
    """A name as a step of a URL's path. Its dots are quoted too: `..` would lead to another question's answer."""
    return quote(name, safe=safe).replace(".", "%2E")
