"""The commands that run without Django: name, where it lives, one line of help.

This module imports nothing but the standard library: it is read at every start.
"""

from typing import NamedTuple


class Command(NamedTuple):
    """One row of the table: ``target`` is ``module:function(argv) -> int``."""

    target: str
    help: str


COMMANDS: dict[str, Command] = {}
