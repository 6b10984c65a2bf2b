"""The commands that run without Django: name, where it lives, one line of help.

This module imports nothing but the standard library: it is read at every start.
"""

from typing import NamedTuple


class Command(NamedTuple):
    """One row of the table: ``target`` is ``module:function(argv) -> int``."""

    target: str
    help: str


COMMANDS: dict[str, Command] = {
    "detect": Command(
        "focalpoint.commands.detection:detect", "check series for a rise"
    ),
    "cluster": Command(
        "focalpoint.commands.detection_places:cluster",
        "find events near in space and time",
    ),
    "novelty": Command(
        "focalpoint.commands.detection_novelty:novelty", "rank first sightings"
    ),
    "routes": Command(
        "focalpoint.commands.detection_routes:routes",
        "find routes that appear, wake up or reverse",
    ),
    "replay": Command(
        "focalpoint.commands.detection_replay:replay",
        "run a detector over the past as it was known",
    ),
    "simulate": Command(
        "focalpoint.commands.simulation:simulate",
        "write the files of a made-up region, and the truth about them",
    ),
    "normalise": Command(
        "focalpoint.commands.normalise:main",
        "read serial numbers, makes or calibres, one a line",
    ),
    "link": Command(
        "focalpoint.commands.linkage:main",
        "find records that may speak of one firearm",
    ),
    "scan": Command(
        "focalpoint.commands.ballistics:main",
        "read, compare, search and weigh 3D surface scans",
    ),
}
