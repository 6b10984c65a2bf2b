"""A worker that is killed outright, a disk that is full, a database that is locked.

Each import runs in processes of its own on an instance of its own: a kill is a kill,
and nothing is tidied up by the test.
"""

import csv
import itertools
import os
import resource
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.processes import Instance, databases  # noqa: F401 - a fixture

DOES = "tests.intake.killed"
COUNTED = itertools.count()
ROWS = 350
HEADER = ["Broj zapisnika", "Serijski broj", "Marka", "Datum oduzimanja", "Mesto"]


def register(path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out, delimiter=";")
        rows.writerow(HEADER)
        for n in range(ROWS):
            day = f"{1 + n % 28:02d}.{1 + n % 12:02d}.2021."
            rows.writerow([f"Z-{n}", f"A{n:06d}", "Zastava", day, "Šid"])
    return path


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """An instance on SQLite that holds nothing yet."""
    instance = Instance(tmp_path_factory.mktemp("empty") / "home", "", DOES)
    instance.make()
    return instance


@pytest.fixture(scope="module")
def checked(tmp_path_factory, empty, databases):  # noqa: F811
    """An instance in which a file is checked and nothing is stored."""
    home = tmp_path_factory.mktemp("checked") / "home"
    name = f"killed_{os.getpid()}"
    if databases:
        instance = Instance(home, databases(name), DOES)
        instance.make()
    else:
        shutil.copytree(empty.home, home)
        instance = Instance(home, "", DOES)
    instance.told("prepare", str(register(home / "zaplene.csv")))
    instance.name = name
    return instance


@pytest.fixture
def instance(checked, databases, tmp_path):  # noqa: F811
    shutil.copytree(checked.home, tmp_path / "home")
    url = ""
    if databases:
        url = databases(f"{checked.name}_{next(COUNTED)}", checked.name)
    return Instance(tmp_path / "home", url, DOES)


@pytest.fixture
def lone(empty, tmp_path):
    """An instance on SQLite, with a unit and nothing else."""
    shutil.copytree(empty.home, tmp_path / "home")
    made = Instance(tmp_path / "home", "", DOES)
    made.told("found")
    return made


def whole(state):
    """Whether everything is there once, shown, indexed and counted."""
    return (
        state["status"] == ["done"]
        and state["firearms"] == state["keys"] == state["shown"] == ROWS
        and state["events"] == ROWS
        and state["documents"] == 2 * ROWS
        and state["serials"] == state["counted"] == ROWS
        and state["breaks"] == 0
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "number", "stored", "shown"),
    [
        ("inside a step", 4, 100, 0),
        ("while the rows are shown", 6, ROWS, 100),
        ("before the end", 1, ROWS, ROWS),
    ],
)
def test_a_killed_import_goes_on_where_it_stopped(
    instance, moment, number, stored, shown
):
    """Two processes for each moment of the kill."""
    instance.kill_at("work", "running", moment, str(number))
    left, end = instance.told("take_up")
    assert (left["firearms"], left["done"]) == (stored, stored)
    assert left["shown"] == left["counted"] == shown
    assert left["status"] == ["running"] and left["breaks"] == 0
    assert whole(end)


@pytest.mark.slow
def test_a_killed_check_is_made_anew(instance):
    """Two processes."""
    instance.kill_at("work", "checking", "checking", "2")
    left, end = instance.told("take_up")
    assert (left["status"], left["firearms"]) == (["checking"], 0)
    assert (end["status"], end["firearms"]) == (["checked"], 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "number"), [("inside a step", 4), ("while the rows are shown", 2)]
)
def test_a_killed_import_can_be_removed_without_trace(instance, moment, number):
    """Two processes for each moment of the kill."""
    instance.kill_at("work", "running", moment, str(number))
    left, end = instance.told("remove")
    assert left["firearms"]
    assert end["status"] == ["removed"]
    kinds = ("firearms", "events", "documents", "serials", "counted", "breaks")
    assert [end[kind] for kind in kinds] == [0] * len(kinds)


@pytest.mark.slow
def test_a_full_disk_stops_an_import_with_a_word_and_loses_nothing(lone):
    """Four processes: no room to begin, no room on the way, room again, a look."""
    path = register(lone.home / "zaplene.csv")
    words = ("command", "", "0", "import", str(path))
    size = (lone.home / "focalpoint.sqlite3").stat().st_size

    def room(more):
        return {"preexec_fn": lambda: _room(size + more)}

    status, out, complaints = lone.run(*words, **room(400_000))
    assert status == 2 and not out
    assert "give the same command again to go on" in complaints.splitlines()[-1]
    left, *_ = lone.told("state")
    assert 0 < left["firearms"] < ROWS and left["firearms"] == left["done"]
    assert left["shown"] == left["breaks"] == 0
    status, out, complaints = lone.run(*words)
    assert status == 0 and "going on with" in complaints
    [end] = lone.told("state")
    assert whole(end)


@pytest.mark.slow
def test_a_locked_database_stops_an_import_with_a_word_and_loses_nothing(lone):
    """Four processes: one is locked out on its way, one finds it locked from the first."""
    path = register(lone.home / "zaplene.csv")
    words = ("import", str(path))
    waiting = lone.reach("command", "before a step", "2", *words)
    other = sqlite3.connect(lone.home / "focalpoint.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    _out, complaints = waiting.communicate("\n")
    assert waiting.returncode == 2
    assert "database is locked" in complaints.splitlines()[-1]
    status, out, complaints = lone.run("command", "", "0", *words)
    assert (status, out) == (2, "") and "database is locked" in complaints
    other.rollback()
    status, _out, complaints = lone.run("command", "", "0", *words)
    assert status == 0 and "going on with" in complaints
    [end] = lone.told("state")
    assert whole(end)


def _room(size: int) -> None:
    """Let no file grow beyond a size; the system then answers as a full disk does."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
