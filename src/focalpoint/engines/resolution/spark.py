# ruff: noqa: S608 - the names in these statements come from the code, never from a file
"""Candidates and weights on Spark: the same statements, for more than one machine holds.

Texts are read on the machine that starts the run, which is linear in the records; pairs,
which are not, are formed and weighed by Spark. It is started in local mode unless
``SPARK_REMOTE`` or ``MASTER`` name a cluster.
"""

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from focalpoint.engines.resolution import candidates, pairs
from focalpoint.engines.resolution.candidates import Sides
from focalpoint.engines.resolution.described import LONGEST
from focalpoint.engines.resolution.prepare import Say
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHARED = ("alike", "model_related", "calibre_confusable", "repeated")
OF_SIDE = ("rec", "form", "copy")


def check() -> None:
    """Refuse at once where Java or the package is missing."""
    missing = [] if find_spec("pyspark") else ["the Python package pyspark"]
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        missing.append("Java 17 or later")
    if missing:
        raise BadInput(
            "--engine spark needs %(missing)s; install what is missing or leave the "
            "option out: DuckDB links millions of records on one machine",
            missing=" and ".join(missing),
        )


def score(
    connection: "DuckDBPyConnection", sides: Sides, *, partners: float, say: Say
) -> None:
    """Make ``scored`` of the tables of ``prepare.py``."""
    check()
    with tempfile.TemporaryDirectory(prefix="focalpoint-spark-") as name:
        folder = Path(name)
        session = _session(folder)
        try:
            _hand_over(connection, session, folder, sides)
            number = _found(session, sides)
            say(f"{number:,} candidates")
            answer = str(folder / "scored")
            selection = pairs.score_selection(sides, partners=partners)
            session.sql(_translated(selection)).write.parquet(answer)
        finally:
            session.stop()
        connection.execute(
            "CREATE OR REPLACE TABLE scored AS"
            f" SELECT * FROM read_parquet('{answer}/*.parquet') ORDER BY a, b"
        )
    say("pairs weighed")


def _session(folder: Path) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("focalpoint link")
    if not (os.environ.get("SPARK_REMOTE") or os.environ.get("MASTER")):
        builder = builder.master("local[*]").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
    session = (
        builder.config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.sql.shuffle.partitions", str(2 * (os.cpu_count() or 1)))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def _hand_over(
    connection: "DuckDBPyConnection", session: Any, folder: Path, sides: Sides
) -> None:
    names = [
        f"{n}_{side}" for n in OF_SIDE for side in dict.fromkeys((sides.a, sides.b))
    ]
    for name in (*SHARED, *names):
        path = folder / f"{name}.parquet"
        connection.execute(f"COPY {name} TO '{path}' (FORMAT parquet)")
        session.read.parquet(str(path)).createOrReplaceTempView(name)
    places = session.range(1, LONGEST + 1).selectExpr("CAST(id AS SMALLINT) AS place")
    places.createOrReplaceTempView("place")
    for side in dict.fromkeys((sides.a, sides.b)):
        for name, statement in (
            ("key", candidates.key_statement(side)),
            ("run", candidates.run_statement(side)),
        ):
            table = session.sql(_translated(statement)).cache()
            table.createOrReplaceTempView(f"{name}_{side}")


def _found(session: Any, sides: Sides) -> int:
    selections = [_translated(part) for part in candidates.selections(sides)]
    found = session.sql(" UNION ALL ".join(f"({part})" for part in selections)).cache()
    found.createOrReplaceTempView("found")
    return int(found.count())


def _translated(statement: str) -> str:
    """A statement of DuckDB in the dialect of Spark."""
    import sqlglot

    return sqlglot.transpile(statement, read="duckdb", write="spark")[0]
