"""The one place for colours in code: names for meanings, and the hex values of the theme that is shown.

The values themselves live in `.streamlit/config.toml`, so that badges, tables and charts agree.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import streamlit as st

Name = Literal["blue", "green", "yellow", "red", "gray"]
Theme = Literal["light", "dark"]

BANDS: dict[str, Name] = {"Elite": "blue", "High": "green", "Medium": "yellow", "Low": "red", "no band": "gray"}
DIRECTIONS: dict[str, Name] = {"better": "green", "worse": "red", "unchanged": "gray"}
CONFIG = Path(__file__).parent / ".streamlit" / "config.toml"


@cache
def palette(theme: Theme) -> dict[str, str]:
    """Every colour of a theme, by its name in the configuration file (`blueColor`, `grayTextColor` …)."""
    values = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][theme]
    return {key: value for key, value in values.items() if isinstance(value, str)}


def shown_theme() -> Theme:
    """The theme that the reader's browser shows; light where it doesn't say."""
    return "dark" if st.context.theme.type == "dark" else "light"


def hex_of(name: str, part: Literal["Color", "TextColor", "BackgroundColor"] = "Color") -> str:
    """A named colour in the shown theme, e.g. `hex_of("blue")`."""
    return palette(shown_theme())[f"{name}{part}"]


def of_band(band: str) -> Name:
    """A tier's colour; a score of 0 to 10 takes the one of the tier at its height."""
    score = _score(band)
    if score is None:
        return BANDS.get(band, "gray")
    return "blue" if score >= 9 else "green" if score >= 7 else "yellow" if score >= 4 else "red"


def band_words(band: str) -> str:
    """Elite; 8.4 of 10"""
    return band if _score(band) is None else f"{band} of 10"


def _score(band: str) -> float | None:
    """The number that a ladder like quick-check-2025 gives in place of a tier."""
    return float(band) if band.replace(".", "", 1).isdecimal() else None


def band_badge(band: str | None) -> str:
    """A band as Markdown: its word or score on its colour; empty where there is no band."""
    return f":{of_band(band)}-badge[{band_words(band)}]" if band else ""
