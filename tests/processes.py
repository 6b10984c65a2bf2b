"""Processes of their own on an instance of its own, for what one process cannot show.

A kill is a kill, and nothing is tidied up by the test.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

CHECKOUT = Path(__file__).parents[1]
START = """
import django
django.setup()
from %s import main
main()
"""


def halt(moments: dict[str, tuple[Any, str]], moment: str, number: int) -> None:
    """Stop before the nth call of a function until a line comes on standard input."""
    if not moment:
        return
    module, name = moments[moment]
    whole, reached = getattr(module, name), 0

    def waiting(*args: Any, **kwargs: Any) -> Any:
        nonlocal reached
        reached += 1
        if reached == number:
            print("here", flush=True)
            sys.stdin.readline()
        return whole(*args, **kwargs)

    setattr(module, name, waiting)


class Instance:
    """One instance: a folder and a database, and the module whose functions are done."""

    def __init__(self, home: Path, database: str, does: str) -> None:
        self.home, self.does = home, does
        self.env = {
            **os.environ,
            "FOCALPOINT_HOME": str(home),
            "FOCALPOINT_DATABASE": database or f"sqlite://{home}/focalpoint.sqlite3",
            "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "src"), str(CHECKOUT)]),
        }

    def make(self):
        command = [sys.executable, "-m", "focalpoint", "init", "--no-admin"]
        subprocess.run(command, env=self.env, check=True, capture_output=True)

    def start(self, *words, **options):
        """Start a process that does one function of the module."""
        return subprocess.Popen(
            [sys.executable, "-c", START % self.does, *words],
            env=self.env,
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def run(self, *words, **options):
        """Run a process to its end; gives status, output and complaints."""
        process = self.start(*words, **options)
        out, complaints = process.communicate()
        return process.returncode, out, complaints

    def told(self, *words):
        """Run a process and give what it told, line by line."""
        status, out, complaints = self.run(*words)
        assert status == 0, complaints
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]

    def reach(self, *words):
        """Start a process and wait until it has come to its moment."""
        process = self.start(*words)
        line = process.stdout.readline()
        assert line == "here\n", process.communicate()[1]
        return process

    def kill_at(self, *words):
        process = self.reach(*words)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def databases():
    """Make databases where the tests run on PostgreSQL; none on SQLite."""
    url = os.environ.get("FOCALPOINT_DATABASE", "")
    if not url.startswith("postgres"):
        yield None
        return
    import psycopg

    parts, made = urlsplit(url), []
    with psycopg.connect(url, autocommit=True) as admin:

        def make(name, template=""):
            copied = f" TEMPLATE {template}" if template else ""
            for _time in range(5):
                try:
                    admin.execute(f"CREATE DATABASE {name}{copied}")
                    break
                except psycopg.errors.ObjectInUse:  # the server itself tidies it up
                    time.sleep(1)
            made.append(name)
            return parts._replace(path=f"/{name}").geturl()

        yield make
        for name in made:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
