"""Plain rules and Splink with stock settings: what ``linkage.py`` compares with.

    .venv/bin/python benchmarks/linkage_beside.py splink records.csv --out pairs.csv

Reads the columns that ``focalpoint link`` reads and writes the columns that it writes,
so that every method is measured as one process from file to file. The rules are

- ``exact``: the typed serials and the makes are equal;
- ``light``: the light keys, the makes and the calibres are equal;
- ``splink``: Fellegi and Sunter's weights as Splink's own guide sets them up, with what
  a careful user adds: levels of the serial by length, their u counted exactly among
  pairs that name two makers, seven blocking rules.

None of them knows lots, clones or how often a number repeats. Serials, makes and
calibres are read by ``focalpoint.values``, as everywhere.
"""

import argparse
import logging
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from focalpoint.values import calibres, makes, serials

LONG = 6
LENGTHS = ((8, 99), (6, 8), (5, 6), (1, 5))  # known signs, from and below
READ = "id, make, model, calibre, serial, type"
# What happens to numbers in registers: training by expectation maximisation does not
# find it, because guns of one model have numbers that are much alike.
EQUAL, ONE_APART = 0.5, 0.3
PAIRS = "id_a, id_b, weight, probability, relation"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("method", choices=["exact", "light", "splink"])
    parser.add_argument("records", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=-4.0)
    parser.add_argument("--seed", type=int, default=1, help="of the sampling of u")
    parser.add_argument("--show", action="store_true", help="print weights of levels")
    options = parser.parse_args()
    connection = duckdb.connect()
    load(connection, "a", options.records)
    if options.against:
        load(connection, "b", options.against)
    if options.method == "splink":
        weigh(connection, options)
    else:
        equal(connection, options.method, against=bool(options.against))
    connection.execute(
        f"COPY (SELECT {PAIRS} FROM pairs) TO '{options.out}' (HEADER, DELIMITER ',')"
    )


def load(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Read a file and put normal forms beside its text; 0 or empty becomes NULL."""
    rows = connection.sql(
        f"SELECT {READ} FROM read_csv('{path}', all_varchar = true, header = true)"
    ).to_arrow_table()
    text = {column: rows[column].to_pylist() for column in rows.column_names}
    numbers = [serials.parse(serial or "") for serial in text["serial"]]
    known = [number.known or None for number in numbers]
    columns = {
        "unique_id": pa.array([int(number) for number in text["id"]]),
        "typed": pa.array(text["serial"]),
        "key": pa.array([number.light_key or None for number in numbers]),
        "known": pa.array(known, pa.int32()),
        "make": pa.array(_read(text["make"], lambda t: makes.parse(t).make)),
        "calibre": pa.array(
            _read(text["calibre"], lambda t: calibres.parse(t).calibre)
        ),
        "model": pa.array(_read(text["model"], _model)),
        "type": pa.array(text["type"]),
    }
    table = pa.table(columns)
    connection.register("arriving", table)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM arriving")
    connection.unregister("arriving")


def _read(
    texts: Iterable[str | None], parse: Callable[[str], str | None]
) -> list[str | None]:
    texts = list(texts)
    codes = {text: parse(text) or None if text else None for text in set(texts)}
    return [codes[text] for text in texts]


def _model(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper().removeprefix("MOD")


def equal(connection: duckdb.DuckDBPyConnection, method: str, *, against: bool) -> None:
    """All pairs that agree, none with more weight than another."""
    columns = ["typed", "make"] if method == "exact" else ["key", "make", "calibre"]
    agree = " AND ".join(f"l.{column} = r.{column}" for column in columns)
    other = "b" if against else "a"
    once = "" if against else " AND l.unique_id < r.unique_id"
    connection.execute(
        "CREATE TABLE pairs AS SELECT l.unique_id AS id_a, r.unique_id AS id_b, "
        f"0.0 AS weight, 0.5 AS probability, 'same' AS relation "
        f"FROM a l JOIN {other} r ON {agree}{once}"
    )


def weigh(connection: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> None:
    """Train a model on the records alone and score what the blocking rules meet."""
    from splink import DuckDBAPI, Linker, block_on

    logging.disable(logging.CRITICAL)
    database = DuckDBAPI(connection)
    names = ["a", "b"] if options.against else ["a"]
    linker = Linker(
        [database.register(name, dataset_display_name=name) for name in names],
        _settings(connection, names),
    )
    train = linker.training
    train.estimate_probability_two_random_records_match(
        [block_on("key", "make", "calibre")], recall=0.25
    )
    train.estimate_u_using_random_sampling(
        max_pairs=3e6, seed=options.seed, min_count_per_level=None
    )
    train.estimate_parameters_using_expectation_maximisation(block_on("long_key"))
    if options.show:
        _show(linker)
    found = linker.inference.predict(threshold_match_weight=options.threshold)
    connection.execute(
        "CREATE TABLE pairs AS SELECT unique_id_l AS id_a, unique_id_r AS id_b, match_weight AS weight, "
        "match_probability AS probability, 'same' AS relation "
        f"FROM {found.physical_name}"
    )


def _settings(connection: duckdb.DuckDBPyConnection, names: list[str]) -> object:
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import SettingsCreator, block_on

    for name in names:
        connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT *, "
            f"CASE WHEN known >= {LONG} THEN key END AS long_key FROM {name}"
        )
    serial = comparisons.CustomComparison(
        output_column_name="serial",
        comparison_levels=[
            levels.CustomLevel("key_l IS NULL OR key_r IS NULL").configure(
                is_null_level=True
            ),
            *(
                levels.CustomLevel(
                    f"key_l = key_r AND least(known_l, known_r) >= {known}",
                    f"equal, {known} or more",
                ).configure(
                    m_probability=EQUAL * _share(connection, names, known, below),
                    u_probability=_chance(
                        connection, names, known, below, masked=False
                    ),
                    fix_m_probability=True,
                    fix_u_probability=True,
                )
                for known, below in LENGTHS
            ),
            levels.CustomLevel(
                f"least(known_l, known_r) >= {LONG} AND "
                "damerau_levenshtein(key_l, key_r) <= 1",
                "one apart",
            ).configure(
                m_probability=ONE_APART * _share(connection, names, LONG, 99),
                u_probability=_chance(connection, names, LONG, 99, masked=True),
                fix_m_probability=True,
                fix_u_probability=True,
            ),
            levels.ElseLevel().configure(m_probability=0.2, fix_m_probability=True),
        ],
    )
    return SettingsCreator(
        link_type="link_only" if len(names) > 1 else "dedupe_only",
        comparisons=[
            serial,
            comparisons.ExactMatch("make"),
            comparisons.ExactMatch("calibre"),
            comparisons.ExactMatch("model"),
            comparisons.ExactMatch("type"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("long_key"),
            block_on("key", "make"),
            block_on("key", "calibre"),
            block_on("left(key, 4)", "make"),
            block_on("right(key, 4)", "make"),
            block_on("left(key, 3)", "model", "calibre"),
            block_on("right(key, 3)", "model", "calibre"),
        ],
        retain_matching_columns=False,
    )


def _share(
    connection: duckdb.DuckDBPyConnection, names: list[str], known: int, below: int
) -> float:
    """How many of the numbers are of a length."""
    rows = " UNION ALL ".join(f"SELECT known FROM {name}" for name in names)
    told = connection.execute(
        f"SELECT avg((known >= {known} AND known < {below})::INT) FROM ({rows}) "
        "WHERE known IS NOT NULL"
    ).fetchall()
    return float(told[0][0])


def _chance(
    connection: duckdb.DuckDBPyConnection,
    names: list[str],
    known: int,
    below: int,
    *,
    masked: bool,
) -> float:
    """How often guns of two makers carry one key, or keys that differ in one sign.

    Counted over all pairs, which sampling cannot: such pairs are one in ten million.
    """
    rows = " UNION ALL ".join(f"SELECT key, known, make FROM {name}" for name in names)
    keys = (
        "SELECT left(key, i - 1) || '_' || substr(key, i + 1) AS key, make "
        "FROM chosen, range(1, length(key) + 1) places(i)"
        if masked
        else "SELECT key, make FROM chosen"
    )
    told = connection.execute(
        f"""
        WITH read AS (SELECT * FROM ({rows}) WHERE key IS NOT NULL AND make IS NOT NULL),
        chosen AS (SELECT * FROM read WHERE known >= {known} AND known < {below}),
        made AS (SELECT key, make, count(*)::DOUBLE AS n FROM ({keys}) GROUP BY ALL),
        both_ AS (SELECT sum(n) ** 2 - sum(n * n) AS pairs FROM made GROUP BY key)
        SELECT (SELECT sum(pairs) FROM both_), (SELECT sum(n) ** 2 - sum(n * n)
               FROM (SELECT count(*)::DOUBLE AS n FROM read GROUP BY make))
        """
    ).fetchall()[0]
    return float(max(told[0] or 0.0, 1.0) / told[1])


def _show(linker: object) -> None:
    model = linker.misc.save_model_to_json()
    print("prior", model["probability_two_random_records_match"])
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            m, u = level.get("m_probability"), level.get("u_probability")
            if m and u:
                label = level["label_for_charts"]
                print(
                    f"{comparison['output_column_name']:9} {label:28} {m:.3g} {u:.3g}"
                )


if __name__ == "__main__":
    main()
