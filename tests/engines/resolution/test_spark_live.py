"""The same statements on Spark, in local mode.

The one file whose test needs Java: where ``java`` is found, ``make test`` installs pyspark
and it runs; elsewhere it is skipped, and pytest prints why.
"""

import csv
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from focalpoint.simulation.linkage import linkage_set

MISSING = [
    name
    for name, found in (
        ("pyspark (tools/ensure.sh spark)", find_spec("pyspark")),
        ("Java", shutil.which("java") or os.environ.get("JAVA_HOME")),
    )
    if not found
]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.spark,
    pytest.mark.skipif(bool(MISSING), reason=f"Spark needs {' and '.join(MISSING)}"),
]
# Statements run once here: compiling them well takes longer than running them.
CONFIGURATION = (
    "spark.sql.codegen.wholeStage false\nspark.sql.codegen.factoryMode NO_CODEGEN\n"
)
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def test_spark_and_duckdb_write_the_same_file(tmp_path: Path) -> None:
    """Slow: Spark takes half a minute and more to start and to plan the statements."""
    records = tmp_path / "records.csv"
    linkage_set(400, seed=6).write(records)
    (tmp_path / "spark-defaults.conf").write_text(CONFIGURATION, encoding="utf-8")
    environment = os.environ | {
        "SPARK_CONF_DIR": str(tmp_path),
        "JAVA_TOOL_OPTIONS": JAVA,
    }
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
            env=environment,
        )
        with out.open(encoding="utf-8", newline="") as stream:
            made[engine] = list(csv.reader(stream))
    assert len(made["duckdb"]) > 20
    assert made["spark"] == made["duckdb"]
