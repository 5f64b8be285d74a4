"""The people of the simulated organisation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A developer; `offset_hours` is where the clock on their commits stands."""

    login: str
    name: str
    email: str
    offset_hours: int = 0


WEB_FLOW = Person("web-flow", "GitHub", "noreply@github.com")
"""Who commits what GitHub's own buttons make."""
