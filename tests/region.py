"""One small simulated region, built once per run, with its truth."""

from functools import cache

from focalpoint.simulation import scenario
from focalpoint.simulation.scenario import Scenario

SEED = 7


@cache
def region() -> Scenario:
    """About 400 events and 700 firearms; written down already, but to no file."""
    made = scenario.build(SEED, "tiny")
    made.observe()
    return made
