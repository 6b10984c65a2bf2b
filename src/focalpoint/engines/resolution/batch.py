# ruff: noqa: S608 - the names in these statements come from the code, never from a file
"""Link one file within itself, or to another: from rows to judged pairs.

The steps: rows as text (``raw_a``, ``raw_b``), the same as numbers (``prepare.py``),
candidates and their weights (``candidates.py`` and ``pairs.py``, on DuckDB or Spark),
how many partners a record has in these data, rivals, relations, sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from math import exp2, log2
from pathlib import Path
from typing import TYPE_CHECKING

from focalpoint.engines.resolution.candidates import COPIES, CROWD, MANY, SHORT, Sides
from focalpoint.engines.resolution.outcome import outcome_selection, result_selection
from focalpoint.engines.resolution.pairs import total
from focalpoint.engines.resolution.prepare import Preparation, Say
from focalpoint.engines.resolution.weights import CONFUSABLE, LOT_RATE, PRIOR_PARTNERS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENGINES: Mapping[str, str] = {
    "duckdb": "focalpoint.engines.resolution.duck",
    "spark": "focalpoint.engines.resolution.spark",
}
FIGURES = "0123456789"
COLUMNS = ("id", "serial", "make", "model", "calibre", "type", "country", "year")
LEAST_PARTNERS, MOST_PARTNERS, ROUNDS = 0.0005, 2.0, 12
BELIEVED = 50  # records as which the prior counts where the files are small
BIN = 8  # bins of a bit in which weights are counted
LEAST_LOTS, MOST_LOTS, LOT_ROUNDS = 0.00002, 0.05, 40
LONG = 6  # signs of a number whose neighbours are seldom there by chance
SETTLED = 5_000  # records as which the usual share of lots counts
PLAIN_NEIGHBOURS = (
    sum(
        one != two and one + two not in CONFUSABLE for one in FIGURES for two in FIGURES
    )
    / 10
)
"""Figures that another is not easily taken for, on average."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for.

    Parameters
    ----------
    threshold : float or None
        Least weight of a pair; None for all of the best ``top``.
    top : int or None
        Pairs of each record of the first file at most.
    engine : str
        A key of ``ENGINES``.
    learnt : Path or None
        Where to write the table of weights with what Splink learns from these records.
    """

    threshold: float | None = 0.0
    top: int | None = None
    engine: str = "duckdb"
    learnt: Path | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What came out, for the person at the command line."""

    records: tuple[int, ...]
    numbered: tuple[int, ...]
    pairs: int
    partners: float
    relations: dict[str, int]
    copies: int
    crowded: int
    unmatched_partial: int


def check(engine: str) -> None:
    """Refuse an engine that this machine lacks, before any work is done."""
    import_module(ENGINES[engine]).check()


def connect(folder: Path, *, memory: str) -> "DuckDBPyConnection":
    """A database in memory that puts what is too much for it into ``folder``."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(
        f"SET memory_limit = '{memory}'; SET temp_directory = '{folder / 'spill'}';"
        "SET preserve_insertion_order = true"
    )
    return connection


def link(
    connection: "DuckDBPyConnection",
    sides: Sides,
    options: Options,
    out: Path,
    say: Say,
) -> Summary:
    """Link the rows of ``raw_a`` (and ``raw_b``) and write the pairs.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``raw_a`` and, unless one file is compared with itself, ``raw_b``: columns
        ``rid`` (0, 1, ...), then ``COLUMNS`` as text, empty where nothing is stated.
    sides : Sides
        ``Sides("a", "a")`` or ``Sides("a", "b")``.
    options : Options
        Least weight, number of pairs, engine.
    out : Path
        CSV file with ``id_a, id_b, weight, probability, relation, explanation``.
    """
    names = "".join(dict.fromkeys((sides.a, sides.b)))
    Preparation(connection, names, say).run()
    if options.learnt:
        learning = import_module("focalpoint.engines.resolution.link")
        learning.write_table(learning.learn(connection, side=sides.b), options.learnt)
    records = connection.execute(f"SELECT count(*) FROM rec_{sides.b}").fetchall()[0][0]
    if records > MANY:
        sides = replace(sides, short=SHORT)
    engine = import_module(ENGINES[options.engine])
    engine.score(connection, sides, partners=PRIOR_PARTNERS, say=say)
    lots = estimate_lots(connection, sides)
    partners = estimate_partners(connection, sides, lots)
    connection.execute(
        "CREATE OR REPLACE TABLE outcome AS "
        + outcome_selection(sides, shift=log2(partners / PRIOR_PARTNERS), lots=lots)
    )
    selection = result_selection(sides, threshold=options.threshold, top=options.top)
    connection.execute(f"CREATE OR REPLACE TABLE result AS {selection}")
    connection.execute(
        "COPY (SELECT id_a, id_b, weight, probability, relation, explanation FROM result"
        f" ORDER BY rid_a, weight DESC, rid_b) TO '{_quoted(out)}' (FORMAT csv, HEADER)"
    )
    say("pairs written")
    return _summary(connection, sides, names, partners)


def estimate_lots(connection: "DuckDBPyConnection", sides: Sides) -> float:
    """How many records have one given number of the next ten, beyond chance.

    Numbers that differ in their last figure only, by one that is not easily misread,
    are either one firearm, or equal by chance, or of one delivery: what the first two
    leave is counted, by putting the sum of the probabilities back in its place.
    """
    counted = connection.execute(
        f"""
        SELECT round(log2(chance) * {BIN}) AS rare, round(({total(0.0)}) * {BIN}) AS same,
            count(*) AS n
        FROM scored JOIN rec_{sides.a} x ON x.rid = scored.a
        WHERE near AND serial = 'last' AND x.size >= {LONG} GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    records = connection.execute(
        f"SELECT count(*) FROM rec_{sides.a} WHERE size >= {LONG} AND unread = 0"
    ).fetchall()[0][0]
    ends = 2 if sides.within else 1
    lots = LOT_RATE
    for _ in range(LOT_ROUNDS):
        odds = [
            (lots * exp2(-rare / BIN), exp2(same / BIN), n) for rare, same, n in counted
        ]
        found = sum(n * lot / (1 + lot + same) for lot, same, n in odds)
        share = ends * found / PLAIN_NEIGHBOURS + LOT_RATE * SETTLED
        lots = min(MOST_LOTS, max(LEAST_LOTS, share / (records + SETTLED)))
    return lots


def estimate_partners(
    connection: "DuckDBPyConnection", sides: Sides, lots: float
) -> float:
    """Records of the same firearm that a record has in these data, on average.

    The prior of every pair: found by putting the sum of the probabilities back in its
    place until it no longer changes.
    """
    counted = connection.execute(
        f"""
        SELECT CAST(round(weight * {BIN}) AS INTEGER) AS place, count(*) AS n
        FROM (SELECT {total(lots)} AS weight FROM scored WHERE NOT near)
        WHERE weight > -20 GROUP BY place ORDER BY place
        """
    ).fetchall()
    records = connection.execute(f"SELECT count(*) FROM rec_{sides.a}").fetchall()[0][0]
    ends = 2 if sides.within else 1
    partners = PRIOR_PARTNERS
    for _ in range(ROUNDS):
        shift = log2(partners / PRIOR_PARTNERS)
        found = sum(n / (1 + exp2(-min(60, at / BIN + shift))) for at, n in counted)
        share = (ends * found + PRIOR_PARTNERS * BELIEVED) / (records + BELIEVED)
        partners = min(MOST_PARTNERS, max(LEAST_PARTNERS, share))
    return partners


def _summary(
    connection: "DuckDBPyConnection", sides: Sides, names: str, partners: float
) -> Summary:
    def number(statement: str) -> int:
        return int(connection.execute(statement).fetchall()[0][0])

    relations = connection.execute(
        "SELECT relation, count(*) FROM result GROUP BY relation ORDER BY relation"
    ).fetchall()
    return Summary(
        tuple(number(f"SELECT count(*) FROM raw_{side}") for side in names),
        tuple(number(f"SELECT count(*) FROM rec_{side}") for side in names),
        number("SELECT count(*) FROM result"),
        partners,
        dict(relations),
        sum(number(f"SELECT count(*) FROM copy_{side}") for side in names),
        number(
            f"SELECT count(*) FROM (SELECT key FROM rec_{sides.b} GROUP BY key"
            f" HAVING count(*) > {CROWD})"
        ),
        number(
            f"SELECT count(*) FROM (SELECT rid FROM rec_{sides.a} WHERE unread > 0"
            " EXCEPT SELECT rid_a FROM result"
            + (" EXCEPT SELECT rid_b FROM result)" if sides.within else ")")
        ),
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


__all__ = [
    "COLUMNS",
    "COPIES",
    "CROWD",
    "ENGINES",
    "Options",
    "Summary",
    "connect",
    "link",
]
