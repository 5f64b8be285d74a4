"""How often this process looks for garbage that refers to itself in circles."""

import gc


def search_seldom() -> None:
    """What was loaded until now stays, and what a batch makes is gone with the batch: looking for cycles among tens of
    thousands of values, again and again, took a fifth of ingest's time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
