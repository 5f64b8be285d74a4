"""Ladders of bands, from `bands.toml`: a value takes the first band whose bound it meets, so there are no gaps."""

import tomllib
from collections.abc import Callable
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise
from math import isclose
from operator import ge, gt, le, lt
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.errors import BadQueryError
from models.results import NO_BAND, Better

FILE = Path(__file__).with_name("bands.toml")

MONTH_DAYS = Fraction(3044, 100)
UNITS: dict[str, Fraction] = {
    "second": Fraction(1),
    "minute": Fraction(60),
    "hour": Fraction(3600),
    "day": Fraction(86_400),
    "week": Fraction(7 * 86_400),
    "month": MONTH_DAYS * 86_400,
    "per_hour": Fraction(24),
    "per_day": Fraction(1),
    "per_week": Fraction(1, 7),
    "per_month": 1 / MONTH_DAYS,
    "per_6_months": 1 / (6 * MONTH_DAYS),
    "per_year": 1 / (12 * MONTH_DAYS),
    "percent": Fraction(1, 100),
    "ratio": Fraction(1),
}
"""A bound's unit in the metric's own: seconds, per day, or a ratio."""


class Band(BaseModel):
    """A rung: at most one bound; without any it takes whatever is left."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    band: str
    below: float | None = None
    at_most: float | None = None
    above: float | None = None
    at_least: float | None = None
    unit: str = "ratio"

    @model_validator(mode="after")
    def _one_bound(self) -> "Band":
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit {self.unit}: one of {', '.join(UNITS)}")
        if sum(bound is not None for bound in self._bounds) > 1:
            raise ValueError(f"band {self.band} has more than one bound")
        return self

    @property
    def _bounds(self) -> tuple[float | None, ...]:
        return self.below, self.at_most, self.above, self.at_least

    @cached_property
    def bound(self) -> float | None:
        """In the metric's unit, rounded once: 9 of 60 is exactly 15 percent."""
        stated = next((bound for bound in self._bounds if bound is not None), None)
        return None if stated is None else float(Fraction(str(stated)) * UNITS[self.unit])

    @cached_property
    def meets(self) -> Callable[[float, float], bool]:
        """How a value stands to the bound that it meets."""
        stated = ((self.below, lt), (self.at_most, le), (self.above, gt), (self.at_least, ge))
        return next(meets for bound, meets in stated if bound is not None)

    def takes(self, value: float) -> bool:
        if self.bound is None:
            return True
        # what is counted per day may come out a bit beside the bound that it is
        return self.meets(self.bound if isclose(value, self.bound, rel_tol=1e-12) else value, self.bound)


class Rungs(BaseModel):
    """The bands of one metric, the best first. `ordered = false`: its values don't order, so nothing is judged.

    `scored`: instead of bands the Quick Check's score of a share, (100 − percent) ÷ 10.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    better: Better
    ordered: bool = True
    scored: bool = False
    bands: list[Band] = []

    @model_validator(mode="after")
    def _no_gaps(self) -> "Rungs":
        if self.scored == bool(self.bands):
            raise ValueError("give bands, or say `scored = true`")
        if self.scored or not self.ordered:
            return self
        if self.bands[-1].bound is not None:
            raise ValueError(f"the last band, {self.bands[-1].band}, must take whatever is left")
        bounds = [band.bound for band in self.bands[:-1]]
        if None in bounds:
            raise ValueError("only the last band has no bound")
        rising = self.better == "lower"
        if any((a < b) != rising for a, b in pairwise(bound for bound in bounds if bound is not None)):
            raise ValueError("the bounds don't run from better to worse: say `ordered = false`")
        if any((band.below is None and band.at_most is None) == rising for band in self.bands[:-1]):
            raise ValueError(f"where {self.better} is better, bounds are {'upper' if rising else 'lower'} ones")
        return self

    def band(self, value: float) -> str:
        if not self.ordered:
            return NO_BAND
        if self.scored:
            return f"{min(max(10 - 10 * value, 0.0), 10.0):.2g}"
        return next(band.band for band in self.bands if band.takes(value))


class Ladder(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    description: str
    metrics: dict[str, Rungs] = Field(description="by the key that a metric's header names as `band`")

    def band(self, key: str | None, value: float | None) -> str | None:
        """The band of a value; None where there is nothing to judge or the ladder says nothing of the metric."""
        if key is None or value is None or key not in self.metrics:
            return None
        return self.metrics[key].band(value)


@cache
def ladders() -> dict[str, Ladder]:
    """Every ladder by name."""
    stored = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: Ladder.model_validate(each) for name, each in stored.items()}


def ladder(name: str) -> Ladder:
    """Raises BadQueryError naming the ladders there are."""
    if name not in ladders():
        raise BadQueryError(f"there is no ladder {name!r}", f"one of: {', '.join(ladders())}")
    return ladders()[name]
