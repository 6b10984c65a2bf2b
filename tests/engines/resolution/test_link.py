"""The table of weights, learnt by Splink from records whose truth nobody tells it."""

import csv
from pathlib import Path

import duckdb
import numpy as np
import pytest

from focalpoint.engines.resolution import batch, link
from focalpoint.engines.resolution.prepare import Preparation
from focalpoint.engines.resolution.weights import levels
from focalpoint.simulation.linkage import linkage_set


def prepared(size: int) -> duckdb.DuckDBPyConnection:
    records = linkage_set(size, seed=5)
    count = len(records)
    columns = {
        name: np.array(records.column(name).tolist(), dtype=object)
        for name in ("serial", "make", "model", "calibre", "type")
    }
    nothing = np.array([""] * count, dtype=object)
    rows = {"id": nothing, "country": nothing, "year": nothing, **columns}
    connection = duckdb.connect()
    connection.register("rows", {"rid": np.arange(count, dtype=np.int32), **rows})
    names = ", ".join(("rid", *batch.COLUMNS))
    connection.execute(f"CREATE TABLE raw_a AS SELECT {names} FROM rows")
    Preparation(connection, "a", str).run()
    return connection


def test_the_shares_of_true_pairs_are_found_without_labels(tmp_path: Path) -> None:
    learnt = link.learn(prepared(6000))
    assert learnt["make.equal"] == pytest.approx(0.97, abs=0.04)
    assert learnt["model.equal"] > 0.8
    assert 0.005 < learnt["model.differs"] < 0.15
    assert learnt["calibre.equal"] > 0.9
    table = tmp_path / "weights.csv"
    link.write_table(learnt, table)
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [f"{row['comparison']}.{row['level']}" for row in rows] == list(levels())
    by_code = {f"{row['comparison']}.{row['level']}": row for row in rows}
    assert float(by_code["make.equal"]["match"]) == pytest.approx(
        learnt["make.equal"], abs=1e-4
    )
    assert float(by_code["serial.equal"]["match"]) == levels()["serial.equal"].match


def test_too_few_records_teach_nothing() -> None:
    assert link.learn(prepared(300)) == {}
