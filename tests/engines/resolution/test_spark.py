"""The same statements on Spark, in local mode; skipped where Java or pyspark is missing."""

import csv
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from focalpoint.engines.resolution import spark
from focalpoint.simulation.linkage import linkage_set
from focalpoint.values.errors import BadInput

MISSING = [
    name
    for name, found in (
        ("the package pyspark (pip install focalpoint[spark])", find_spec("pyspark")),
        ("Java", shutil.which("java") or os.environ.get("JAVA_HOME")),
    )
    if not found
]


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"Spark needs {' and '.join(MISSING)}")
def test_spark_and_duckdb_write_the_same_file(tmp_path: Path) -> None:
    """Slow: Spark takes half a minute and more to start and to compile the statements."""
    records = tmp_path / "records.csv"
    linkage_set(400, seed=6).write(records)
    made = {}
    for engine in ("duckdb", "spark"):
        out = tmp_path / f"{engine}.csv"
        command = ["link", str(records), "--out", str(out), "--engine", engine]
        command += ["--threshold", "-10"]
        subprocess.run(
            [sys.executable, "-m", "focalpoint", *command],
            check=True,
            capture_output=True,
            timeout=900,
        )
        with out.open(encoding="utf-8", newline="") as stream:
            made[engine] = list(csv.reader(stream))
    assert len(made["duckdb"]) > 20
    assert made["spark"] == made["duckdb"]


def test_without_spark_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda _: None)
    with pytest.raises(BadInput, match="leave the option out") as problem:
        spark.check()
    assert "pyspark" in str(problem.value)


def test_every_statement_is_understood_by_both_dialects() -> None:
    import sqlglot

    from focalpoint.engines.resolution import candidates, pairs

    both, one = candidates.Sides("a", "b"), candidates.Sides("a", "a")
    for sides in (both, one):
        statements = [
            *candidates.selections(sides),
            candidates.key_statement("a"),
            candidates.run_statement("a"),
            pairs.score_selection(sides, partners=0.35),
        ]
        for statement in statements:
            (translated,) = sqlglot.transpile(statement, read="duckdb", write="spark")
            assert sqlglot.parse_one(translated, read="spark") is not None
