# ruff: noqa: S608 - the names in these statements come from the code, never from a file
"""Candidates and weights on DuckDB: one machine, tables in a file that may spill."""

from typing import TYPE_CHECKING

from focalpoint.engines.resolution import candidates, pairs
from focalpoint.engines.resolution.candidates import Sides
from focalpoint.engines.resolution.described import LONGEST
from focalpoint.engines.resolution.prepare import Say

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def check() -> None:
    """DuckDB comes with the package: there is nothing to look for."""


def score(
    connection: "DuckDBPyConnection", sides: Sides, *, partners: float, say: Say
) -> None:
    """Make ``scored`` of the tables of ``prepare.py``."""
    run = connection.execute
    run(
        "CREATE OR REPLACE TABLE place AS"
        f" SELECT CAST(range + 1 AS SMALLINT) AS place FROM range({LONGEST})"
    )
    for side in dict.fromkeys((sides.a, sides.b)):
        run(f"CREATE OR REPLACE TABLE key_{side} AS {candidates.key_statement(side)}")
        run(f"CREATE OR REPLACE TABLE run_{side} AS {candidates.run_statement(side)}")
    run("CREATE OR REPLACE TABLE found (a INTEGER, b INTEGER, how INTEGER)")
    for selection in candidates.selections(sides):
        run(f"INSERT INTO found {selection}")
    number = run("SELECT count(*) FROM found").fetchall()[0][0]
    say(f"{number:,} candidates")
    selection = pairs.score_selection(sides, partners=partners)
    run(f"CREATE OR REPLACE TABLE scored AS {selection}")
    run("DROP TABLE found")
    say("pairs weighed")
