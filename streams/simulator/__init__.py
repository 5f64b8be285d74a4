"""A simulated organisation that speaks to the receiver as real senders do, and knows the truth it made up.

It shares no code with the line that it tests: neither the warehouse nor the sources' parsers.
"""

from streams.simulator.history import Simulation, simulate
from streams.simulator.outbox import SimDelivery
from streams.simulator.truth import Observation, Truth

__all__ = ["Observation", "SimDelivery", "Simulation", "Truth", "simulate"]
