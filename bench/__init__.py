"""Benchmarks: each module with a `run()` is one, found by its name. `python -m bench [NAME…]` runs them.

`run()` gives rows {benchmark, figure, value, unit, beside, ratio}; `beside` is the floor or peer of the same run.
"""
