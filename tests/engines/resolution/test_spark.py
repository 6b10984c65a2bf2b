"""Spark: refused where it is missing; its dialect takes every statement."""

import pytest

from focalpoint.engines.resolution import spark
from focalpoint.values.errors import BadInput


def test_without_spark_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda _: None)
    with pytest.raises(BadInput, match="leave the option out") as problem:
        spark.check()
    assert "pyspark" in str(problem.value)


def test_every_statement_is_understood_by_both_dialects() -> None:
    import sqlglot

    from focalpoint.engines.resolution import candidates, pairs

    both, one = candidates.Sides("a", "b"), candidates.Sides("a", "a", short=4)
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
