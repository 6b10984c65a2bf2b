"""Hand a command to Django, with the exit status and messages of our own commands."""

import errno
import gc
import os
import sys
from argparse import Namespace
from typing import Any

from focalpoint.commands import COMMANDS
from focalpoint.values.errors import BadInput

# ``import`` is a word of Python and cannot name a module.
ALIASES = {"import": "import_files"}
# Django's own commands that an operator or developer of an instance needs.
FOREIGN = {"migrate", "makemigrations", "check", "shell", "showmigrations"}

CHECKED = {"check", "serve", "init", "migrate", "makemigrations"}
# Objects that point at each other are looked for after so many new ones; imports make
# millions that do not. Python's own 700 costs them a tenth of their time.
TIDIED_AFTER = 50_000


def execute(arguments: list[str]) -> int:
    """Run a management command; hyphens in its name are underscores in the file's.

    Raises
    ------
    BadInput
        With one line that says what was wrong: an unknown command or option, input
        that cannot be used, a full disk, a database that does not answer.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focalpoint.settings")
    import django
    from django.core.management import CommandError
    from django.db import OperationalError, connections

    django.setup()
    gc.set_threshold(TIDIED_AFTER)
    name, *rest = arguments
    if name in {"help", "--help", "-h"}:
        print(overview())  # noqa: T201 - it is what was asked for
        return 0
    try:
        run(name, rest)
    except CommandError as problem:
        raise BadInput("%(problem)s", problem=problem) from None
    except OperationalError as problem:
        raise BadInput(
            "the database does not answer (%(problem)s); try again, and see "
            "FOCALPOINT_DATABASE and FOCALPOINT_HOME",
            problem=str(problem).strip(),
        ) from None
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        raise BadInput("the disk is full; nothing was stored") from None
    finally:
        connections.close_all()
        sys.stdout.flush()
    return 0


def run(name: str, arguments: list[str]) -> None:
    """Parse and run as Django does, with one line instead of a page of usage."""
    from django.core.management import (
        get_commands,
        handle_default_options,
        load_command_class,
    )

    module = ALIASES.get(name, name.replace("-", "_"))
    app = get_commands().get(module)
    if app is None:
        raise BadInput(
            "there is no command %(name)s; focalpoint help lists them", name=name
        )
    command: Any = load_command_class(app, module) if isinstance(app, str) else app
    parser = command.create_parser("focalpoint", name)
    options = vars(parser.parse_args(arguments))
    positional = options.pop("args", ())
    # The checks load every page and endpoint, which costs more than most commands;
    # they run in tests and when the server starts.
    options["skip_checks"] = options.get("skip_checks") or module not in CHECKED
    handle_default_options(Namespace(**options))
    command.execute(*positional, **options)


def overview() -> str:
    """Return every command with its line of help."""
    from django.core.management import get_commands, load_command_class

    lines = {name: row.help for name, row in COMMANDS.items()}
    names = {module: name for name, module in ALIASES.items()}
    for module, app in get_commands().items():
        ours = isinstance(app, str) and app.startswith("focalpoint.")
        if ours or module in FOREIGN:
            shown = names.get(module, module.replace("_", "-"))
            lines[shown] = str(load_command_class(app, module).help)
    width = max(map(len, lines))
    rows = (f"  {name:<{width}}  {text}" for name, text in sorted(lines.items()))
    return "\n".join(("focalpoint COMMAND [options]", "", *rows))
