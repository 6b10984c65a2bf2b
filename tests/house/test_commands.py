"""The pure commands start without Django; every command of the table is there."""

import subprocess
import sys
from importlib import import_module

import pytest

from focalpoint.commands import COMMANDS

PROBE = """
import sys
from focalpoint.cli import main
try:
    main([{name!r}, "--help"])
except SystemExit:
    pass
loaded = {{name.partition(".")[0] for name in sys.modules}}
sys.exit(f"loaded {{loaded & set(('django', 'ninja', 'django_tasks'))}}"
         if loaded & {{"django", "ninja", "django_tasks"}} else 0)
"""


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_pure_command_exists_and_says_what_it_does(name):
    module, _, function = COMMANDS[name].target.partition(":")
    assert callable(getattr(import_module(module), function))
    assert COMMANDS[name].help


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_pure_command_does_not_load_django(name):
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(name=name)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_an_unknown_argument_is_one_line_and_exit_status_two():
    name = sorted(COMMANDS)[0]
    done = subprocess.run(
        [sys.executable, "-m", "focalpoint", name, "--no-such-option"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
