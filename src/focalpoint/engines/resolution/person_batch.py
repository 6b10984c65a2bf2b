# ruff: noqa: S608 - the names in these statements come from the code, never from a file
"""Persons by the hundred thousand: who is worth comparing is found by SQL.

Looking each person up by each of its keys takes dozens of questions a person. Here all
keys lie in one table and meet in one join; what is left is weighed by
``persons.compare_persons``, as everywhere. The bounds are stated below.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from focalpoint.engines.resolution.person_names import (
    CROWD,
    MOST,
    DescribedPerson,
    person_keys,
)
from focalpoint.engines.resolution.persons import NameShares, compare_persons
from focalpoint.engines.resolution.score import Suggestion

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PORTION = 20_000
Say = Callable[[str], None]

# Dates that are not certainly two: one unknown, one year, one day and month, or years
# next to each other where one date is no more than a year or a month. Numbers that are
# one slip apart may outweigh two dates.
_MAY_AGREE = (
    "(p.year IS NULL OR q.year IS NULL OR p.year = q.year OR p.day = q.day"
    " OR (abs(p.year - q.year) = 1 AND (p.day IS NULL OR q.day IS NULL))"
    " OR (p.number <> '' AND q.number <> '' AND levenshtein(p.number, q.number) <= 2))"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in a list that is compared within itself.

    Parameters
    ----------
    person : DescribedPerson
        What is compared; ``person.id`` names it in the answer.
    names : tuple of str
        Every way in which the name is written, aliases included.
    group : str
        Persons of different groups meet only where their numbers are equal.
    """

    person: DescribedPerson
    names: tuple[str, ...]
    group: str = ""


def person_pairs(
    connection: "DuckDBPyConnection",
    listed: Iterable[Listed],
    *,
    least: float = 0.0,
    shares: NameShares | None = None,
    say: Say = lambda _: None,
) -> Iterator[tuple[str, str, Suggestion]]:
    """Compare every person of a list with every other that may be the same.

    Parameters
    ----------
    connection : DuckDBPyConnection
        As ``batch.connect`` makes it; tables of earlier calls are replaced.
    listed : iterable of Listed
        All persons; read once, and kept in memory at about two kilobytes each.
    least : float
        Least weight of a pair.
    shares : NameShares or None
        How common names are here; None for typical ones.

    Yields
    ------
    tuple
        Two identifiers, the one that was listed earlier first, and the suggestion;
        pairs come in the order of the list.

    Notes
    -----
    Pairs whose dates of birth certainly differ are compared only where two whole words
    of their names meet or their numbers are nearly equal, and not at all under a key of
    more than ``CROWD`` persons: under such a key only those with an equal part of their
    dates meet. Of the ``MOST`` persons those with the most keys in common come first. A
    number that more than ``CROWD`` carry is none by which they meet.
    """
    persons = _store(connection, listed)
    say(f"{len(persons):,} persons read")
    connection.execute(f"CREATE OR REPLACE TABLE person_pair AS {_pairs()}")
    number = connection.execute("SELECT count(*) FROM person_pair").fetchall()[0][0]
    say(f"{number:,} candidates")
    cursor = connection.cursor()
    cursor.execute("SELECT a, b FROM person_pair ORDER BY a, b")
    while rows := cursor.fetchmany(PORTION):
        for a, b in rows:
            one, other = persons[a], persons[b]
            found = compare_persons(one, other, size=len(persons), shares=shares)
            if found.weight >= least:
                yield one.id, other.id, found
    cursor.close()
    say("persons weighed")


def _store(
    connection: "DuckDBPyConnection", listed: Iterable[Listed]
) -> list[DescribedPerson]:
    """Fill ``person`` and ``person_key``; place in the list is the number of a row."""
    connection.execute(
        """
        CREATE OR REPLACE TABLE person (rid INTEGER, year SMALLINT, day VARCHAR,
            number VARCHAR, category VARCHAR);
        CREATE OR REPLACE TABLE person_key (rid INTEGER, key VARCHAR)
        """
    )
    persons: list[DescribedPerson] = []
    rows: list[tuple[Any, ...]] = []
    keys: list[tuple[int, str]] = []
    for place, one in enumerate(listed):
        persons.append(one.person)
        rows.append((place, *_born(one.person), one.person.number, one.group))
        found = {key for name in one.names if name for key in person_keys(name)}
        keys += [(place, key) for key in sorted(found)]
        if len(rows) == PORTION:
            _append(connection, rows, keys)
            rows, keys = [], []
    _append(connection, rows, keys)
    return persons


def _born(person: DescribedPerson) -> tuple[int | None, str | None]:
    """Year, and month and day as one text where the day is known."""
    born = person.born or person.born_of_number
    if born is None:
        return None, None
    return born.year, f"{born.month}-{born.day}" if born.day else None


def _append(
    connection: "DuckDBPyConnection",
    rows: list[tuple[Any, ...]],
    keys: list[tuple[int, str]],
) -> None:
    names = ("rid", "year", "day", "number", "category")
    for table, columns, values in (
        ("person", names, rows),
        ("person_key", ("rid", "key"), keys),
    ):
        if values:
            arrays = {
                name: np.array(column, dtype=object)
                for name, column in zip(columns, zip(*values, strict=True), strict=True)
            }
            connection.register("incoming", arrays)
            connection.execute(f"INSERT INTO {table} SELECT * FROM incoming")
            connection.unregister("incoming")


def _pairs() -> str:
    """Pairs under the keys that few share, under crowded ones, and by number."""
    joined = """
        SELECT x.rid AS a, y.rid AS b
        FROM keyed x JOIN keyed y ON x.key = y.key AND {equal}
        JOIN person p ON p.rid = x.rid JOIN person q ON q.rid = y.rid
        WHERE x.rid < y.rid AND p.category = q.category AND {condition}
    """
    few = f"(x.key LIKE 'p %' OR {_MAY_AGREE})"
    parts = [
        joined.format(equal="NOT x.crowded AND NOT y.crowded", condition=few),
        joined.format(equal="x.crowded AND x.year = y.year", condition="TRUE"),
        joined.format(
            equal="x.crowded AND x.day = y.day", condition="p.year <> q.year"
        ),
        joined.format(
            equal="x.crowded AND x.year IS NULL", condition="x.key LIKE 'p %'"
        ),
        joined.format(
            equal="x.crowded AND y.year IS NULL", condition="x.key LIKE 'p %'"
        ),
    ]
    return f"""
        WITH keyed AS (
            SELECT k.rid, k.key, p.year, p.day,
                count(*) OVER (PARTITION BY k.key) > {CROWD} AS crowded
            FROM person_key k JOIN person p USING (rid)
        ),
        met AS (
            SELECT a, b, count(*) AS common FROM ({" UNION ALL ".join(parts)})
            GROUP BY a, b
        ),
        ranked AS (
            SELECT a, b, least(
                row_number() OVER (PARTITION BY a ORDER BY common DESC, b),
                row_number() OVER (PARTITION BY b ORDER BY common DESC, a)) AS place
            FROM met
        ),
        numbered AS (
            SELECT rid, number FROM person WHERE number <> ''
            QUALIFY count(*) OVER (PARTITION BY number) <= {CROWD}
        )
        SELECT a, b FROM ranked WHERE place <= {MOST}
        UNION
        SELECT p.rid AS a, q.rid AS b FROM numbered p
        JOIN numbered q ON p.number = q.number AND p.rid < q.rid
    """
