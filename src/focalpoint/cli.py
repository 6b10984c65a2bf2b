"""The ``focalpoint`` command.

A name in ``commands.COMMANDS`` runs without Django; any other name is a management
command of one of the apps.
"""

import os
import sys
from importlib import import_module

from focalpoint import __version__
from focalpoint.commands import COMMANDS
from focalpoint.values.errors import BadInput

DONE, BAD_INPUT, INTERRUPTED = 0, 2, 130


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    name = arguments[0] if arguments else "help"
    try:
        if name in {"--version", "version"}:
            print(__version__)
            return DONE
        if name in COMMANDS:
            return run_pure(name, arguments[1:])
        return run_django(arguments or ["help"])
    except BadInput as problem:
        print(f"focalpoint {name}: {problem}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # The reader of our output has gone: nothing is wrong on our side.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print(f"focalpoint {name}: interrupted", file=sys.stderr)
        return INTERRUPTED


def run_pure(name: str, arguments: list[str]) -> int:
    """Import the function of a pure command and call it."""
    module, _, function = COMMANDS[name].target.partition(":")
    command = getattr(import_module(module), function)
    return int(command(arguments) or DONE)


def run_django(arguments: list[str]) -> int:
    """Hand over to Django's management commands, hyphens allowed in the name."""
    from focalpoint.management import execute

    return execute(arguments)
