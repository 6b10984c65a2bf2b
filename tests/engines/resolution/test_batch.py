"""Millions of pairs by SQL: the same judgement as one pair, candidates, rivals."""

import csv
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.engines.resolution import batch, duck
from focalpoint.engines.resolution.batch import Options, Summary, link
from focalpoint.engines.resolution.candidates import COPIES, Sides
from focalpoint.engines.resolution.described import Described, describe, read_number
from focalpoint.engines.resolution.pairs import total
from focalpoint.engines.resolution.population import Population
from focalpoint.engines.resolution.prepare import Preparation
from focalpoint.engines.resolution.score import compare
from focalpoint.engines.resolution.texts import Numbers
from focalpoint.engines.resolution.weights import LOT_RATE, PRIOR_PARTNERS
from focalpoint.simulation.linkage import LinkageSet, linkage_set, trace_set

FIELDS = ("serial", "make", "model", "calibre", "type")
Rows = list[dict[str, str]]


def rows_of(records: LinkageSet) -> Rows:
    columns = {name: records.column(name).tolist() for name in FIELDS}
    return [
        {"id": str(i), **{name: columns[name][i] for name in FIELDS}}
        for i in range(len(records))
    ]


def load(connection: duckdb.DuckDBPyConnection, side: str, rows: Rows) -> None:
    columns = {
        name: np.array([row.get(name, "") for row in rows], dtype=object)
        for name in batch.COLUMNS
    }
    connection.register(
        "rows", {"rid": np.arange(len(rows), dtype=np.int32), **columns}
    )
    names = ", ".join(("rid", *batch.COLUMNS))
    connection.execute(f"CREATE TABLE raw_{side} AS SELECT {names} FROM rows")
    connection.unregister("rows")


def quiet(_: str) -> None:
    """Say nothing."""


def linked(
    tmp_path: Path, a: Rows, b: Rows | None = None, **options: object
) -> tuple[Rows, Summary]:
    connection = duckdb.connect()
    load(connection, "a", a)
    if b is not None:
        load(connection, "b", b)
    sides = Sides("a", "a" if b is None else "b")
    out = tmp_path / "pairs.csv"
    summary = link(connection, sides, Options(**options), out, quiet)  # type: ignore[arg-type]
    connection.close()
    with out.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream)), summary


def test_sql_and_python_give_one_pair_the_same_levels_and_weight() -> None:
    rows = rows_of(linkage_set(3000, seed=3))
    connection = duckdb.connect()
    load(connection, "a", rows)
    Preparation(connection, "a", quiet).run()
    duck.score(connection, Sides("a", "a"), partners=PRIOR_PARTNERS, say=quiet)
    records = [describe(**row) for row in rows]
    population = Population.of(records)
    repeats = Counter((record.key, record.make) for record in records if record.make)
    repeats.update((record.key, "") for record in records)
    scored = connection.execute(
        f"SELECT a, b, serial, make, model, calibre, type, {total(LOT_RATE)} FROM scored"
    ).fetchall()
    assert len({row[2] for row in scored}) >= 8, "the set shows too few levels"
    for a, b, *levels, weight in scored:
        sides = ((records[a], records[b]), (records[b], records[a]))
        whole = [(x.key, x.make or y.make) for x, y in sides if "?" not in x.key]
        carried = max([1, *(repeats[place] for place in whole)])
        one = compare(records[a], records[b], repeats=carried, population=population)
        by_field = dict(e.code.split(".") for e in one.evidence if "." in e.code)
        expected = [by_field.get(name, "") for name in FIELDS]
        assert levels == expected, (rows[a], rows[b])
        said = sum(evidence.weight for evidence in one.evidence)
        assert weight == pytest.approx(said, abs=0.02), (rows[a], rows[b])


TEXTS = st.one_of(
    st.text("0123456789ABXxoOЖАВ-/. ?*", max_size=14),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["No ", "бр. ", "Nr", "", "serial ", "A-", "T1102-"]),
        st.from_regex(r"[0-9]{3,7}", fullmatch=True),
        st.sampled_from(["", "*", ".0", " (scratched)", "/1998", "F"]),
    ),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_a_remembered_pattern_reads_like_the_reader_itself(texts: list[str]) -> None:
    reader = Numbers()
    for text in texts * 2:
        assert reader.read(text) == read_number(text)


def test_candidates_hold_the_truth_and_weights_mean_what_they_say(
    tmp_path: Path,
) -> None:
    register, found = trace_set(20_000, 1_000, seed=3)
    pairs, summary = linked(
        tmp_path, rows_of(found), rows_of(register), threshold=None, top=10
    )
    guns = {"a": found.gun.tolist(), "b": register.gun.tolist()}
    right = [guns["a"][int(p["id_a"])] == guns["b"][int(p["id_b"])] for p in pairs]
    assert sum(right) / 700 >= 0.86
    same = [
        (float(pair["probability"]), is_right)
        for pair, is_right in zip(pairs, right, strict=True)
        if pair["relation"] == "same" and float(pair["weight"]) >= 0
    ]
    precision = sum(is_right for _, is_right in same) / len(same)
    assert precision >= 0.96
    assert precision == pytest.approx(sum(p for p, _ in same) / len(same), abs=0.03)
    assert summary.partners == pytest.approx(0.65, abs=0.08)


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    rows = rows_of(linkage_set(1000, seed=4))
    linked(tmp_path, rows)
    first = (tmp_path / "pairs.csv").read_bytes()
    linked(tmp_path, rows)
    assert (tmp_path / "pairs.csv").read_bytes() == first


def zastava(id: str, serial: str, **fields: str) -> dict[str, str]:
    return {"id": id, "serial": serial, "make": "Zastava", "model": "M57", **fields}


REGISTER = [zastava(f"r{n}", f"K{n}") for n in range(100003, 999999, 9001)]


def test_a_partly_read_number_gets_candidates_not_no_match(tmp_path: Path) -> None:
    asked = [zastava("q", "K1?80?5")]
    pairs, _ = linked(tmp_path, asked, REGISTER, threshold=None, top=5)
    assert "r118005" in {pair["id_b"] for pair in pairs}
    assert all(pair["relation"] == "same" for pair in pairs)
    _, summary = linked(tmp_path, asked, REGISTER, threshold=60.0)
    assert (summary.pairs, summary.unmatched_partial) == (0, 1)


def test_rivals_take_from_each_other(tmp_path: Path) -> None:
    asked = [zastava("q", "K55123?")]
    alone, _ = linked(tmp_path, asked, [*REGISTER, zastava("x", "K551231")])
    both = [*REGISTER, zastava("x", "K551231"), zastava("y", "K551239")]
    two, _ = linked(tmp_path, asked, both, threshold=-20.0)
    weight = {pair["id_b"]: float(pair["weight"]) for pair in two}
    assert float(alone[0]["weight"]) > 2
    assert weight["x"] == weight["y"] < 0.1
    assert "Other records fit too" in two[0]["explanation"]


def test_records_alike_in_everything_do_not_explode(tmp_path: Path) -> None:
    rows = [*REGISTER, *(zastava(str(n), "A123456") for n in range(3000))]
    pairs, summary = linked(tmp_path, rows)
    copied = [pair for pair in pairs if "A123456" in pair["explanation"]]
    assert len(copied) == 3000 - COPIES + COPIES * (COPIES - 1) // 2
    assert {pair["relation"] for pair in copied} == {"clone"}
    assert summary.copies == 3000 - COPIES


def test_one_number_on_many_guns_is_bounded_and_said(tmp_path: Path) -> None:
    rows = [
        {"id": str(n), "serial": "123456", "make": f"Maker {n}", "model": f"M{n}"}
        for n in range(2500)
    ]
    pairs, summary = linked(tmp_path, [*REGISTER, *rows])
    assert len(pairs) < 2500
    assert summary.crowded == 1


def test_no_numbers_no_pairs(tmp_path: Path) -> None:
    pairs, summary = linked(tmp_path, [zastava(str(n), "removed") for n in range(5)])
    assert (pairs, summary.numbered) == ([], (0,))


def test_scripts_of_makes_types_and_numbers_meet(tmp_path: Path) -> None:
    a = [
        {
            "id": "1",
            "serial": "Ж-123 456",
            "make": "Црвена застава",
            "type": "полуаутоматски пиштољ",
        }
    ]
    b = [*REGISTER, zastava("2", "Z123456", type="Self-loading pistol", model="")]
    pairs, _ = linked(tmp_path, a, b)
    assert [(pair["id_a"], pair["id_b"]) for pair in pairs] == [("1", "2")]


def test_describe_takes_a_row_as_it_is() -> None:
    assert isinstance(describe(**zastava("1", "K1", type="barrel")), Described)


def numbered(numbers: list[int], first: int = 0) -> Rows:
    return [
        {
            "id": str(first + place),
            "serial": f"{number:07}",
            "make": "Zastava",
            "model": "M70",
            "calibre": "7,62 mm",
        }
        for place, number in enumerate(numbers)
    ]


def test_how_many_numbers_follow_one_another_is_counted_in_the_data() -> None:
    apart = [1_000_003 + 137 * place for place in range(8_000)]
    runs = [9_100_000 + 1_000 * run + step for run in range(80) for step in range(10)]
    rates = []
    for numbers in (apart, apart + runs):
        connection = duckdb.connect()
        load(connection, "a", numbered(numbers))
        sides = Sides("a", "a")
        Preparation(connection, "a", quiet).run()
        duck.score(connection, sides, partners=PRIOR_PARTNERS, say=quiet)
        rates.append(batch.estimate_lots(connection, sides))
    few, many = rates
    # 800 of 8,800 records have all nine neighbours of their ten in the data.
    assert few < LOT_RATE / 2
    assert 0.03 < many <= batch.MOST_LOTS


def test_one_rival_takes_little_and_two_take_much(tmp_path: Path) -> None:
    crowd = [10_000_019 * place % 9_000_000 for place in range(1, 400)]
    weights = {}
    for others in ([], [4_810_556], [4_810_556, 4_310_557]):
        rows = numbered([4_810_557, 4_870_557, *others, *crowd])
        for row in rows:
            row["model"], row["calibre"] = "", ""
        found, _ = linked(tmp_path, rows, threshold=-30)
        weights[len(others)] = next(
            float(row["weight"])
            for row in found
            if (row["id_a"], row["id_b"]) == ("0", "1")
        )
    assert weights[0] - 3 < weights[1] <= weights[0]
    assert weights[2] < weights[1]


def test_numbers_cut_by_the_database_are_those_of_the_reader() -> None:
    texts = linkage_set(4000, seed=9).column("serial").tolist()
    texts += [
        f"{head}{n}" for n in range(1201, 1290, 7) for head in ("a-", "No ", "бр.", "N")
    ]
    connection = duckdb.connect()
    load(
        connection,
        "a",
        [{"id": str(i), "serial": text} for i, text in enumerate(texts)],
    )
    Preparation(connection, "a", quiet).run()
    cut = connection.execute("SELECT count(*) FROM map_pattern").fetchall()[0][0]
    assert cut > 50
    rows = connection.execute(
        "SELECT text, normal, key, known FROM map_number ORDER BY text"
    ).fetchall()
    assert len({row[0] for row in rows}) == len(rows) > 500
    for text, normal, key, known in rows:
        number = read_number(text)
        assert (normal, known) == (number.normal, number.known), text
        assert key == (number.forms[0] if number.forms else ""), text
