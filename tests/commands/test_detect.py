"""The detection commands: files in, files out, and one clear line for bad input."""

import csv
import json

import numpy as np
import pytest

from focalpoint.commands import COMMANDS
from focalpoint.commands.detection import detect
from focalpoint.commands.detection_novelty import novelty
from focalpoint.commands.detection_places import cluster
from focalpoint.commands.detection_replay import replay
from focalpoint.commands.detection_routes import routes
from focalpoint.values.errors import BadInput


def write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def series(tmp_path, *, planted=True, size=20, weeks=330):
    rng = np.random.default_rng(6)
    y = rng.poisson(0.4, size=(size, weeks))
    if planted:
        y[3, -4:] = [2, 3, 4, 4]
    rows = [
        (f"s{i}", t + 1, 12000 + 7 * t, y[i, t], "north" if i < 10 else "south")
        for i in range(size)
        for t in range(weeks)
    ]
    header = ["series", "t", "epoch", "observed", "region"]
    return write(tmp_path / "series.csv", header, rows)


def test_the_commands_are_in_the_table():
    assert {"detect", "cluster", "novelty", "routes", "replay"} <= set(COMMANDS)


def test_detect_tells_the_planted_rise_with_its_reasons(tmp_path, capsys):
    out = tmp_path / "alarms.csv"
    assert detect([str(series(tmp_path)), "--out", str(out), "--locale", "sr"]) == 0
    rows = read(out)
    assert len(rows) >= 20
    told = [r for r in rows if r["alarm"] == "1"]
    assert [r["series"] for r in told] == ["s3"]
    row = told[0]
    assert float(row["p"]) < 1e-4
    assert float(row["q"]) < 0.1
    assert int(row["window_observed"]) >= 8
    assert "Уочено" in row["explanation"]
    assert "1 alarms, 1 events told" in capsys.readouterr().out


def test_detect_draws_each_event_with_a_table_beside_it(tmp_path):
    figures = tmp_path / "figures"
    figures.mkdir()
    source, out = series(tmp_path), tmp_path / "alarms.csv"
    assert detect([str(source), "--out", str(out), "--figures", str(figures)]) == 0
    picture = next(figures.glob("*.svg")).read_text(encoding="utf-8")
    assert "<svg" in picture
    table = read(next(figures.glob("*.csv")))
    assert table[-1]["observed"] == "4"
    assert table[-1]["marked"] == "1"


def test_farrington_settings_name_series_and_range(tmp_path):
    settings = tmp_path / "settings.json"
    wanted = [
        {"setting": "a", "series": "s3", "b": 3, "range_first": 329, "range_last": 330}
    ]
    settings.write_text(json.dumps(wanted), encoding="utf-8")
    out = tmp_path / "alarms.csv"
    arguments = [str(series(tmp_path)), "--method", "farrington", "--compat", "R"]
    assert detect([*arguments, "--settings", str(settings), "--out", str(out)]) == 0
    rows = read(out)
    assert [(r["setting"], r["series"], r["t"]) for r in rows] == [
        ("a", "s3", "329"),
        ("a", "s3", "330"),
    ]
    assert rows[1]["alarm"] == "1"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("a", 1, -1)], "counts are whole numbers"),
        ([("a", 1, 1.5)], "counts are whole numbers"),
        ([("a", 1, "many")], "not a number"),
        ([("a", 1, 1), ("a", 1, 2)], "twice"),
        ([("a", "x", 1)], "not a number"),
        ([("a", 1.5, 1)], "whole number"),
        ([], "no rows"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(tmp_path, rows, says):
    source = write(tmp_path / "bad.csv", ["series", "t", "observed"], rows)
    out = tmp_path / "out.csv"
    with pytest.raises(BadInput, match=says):
        detect([str(source), "--out", str(out)])
    assert not out.exists()


def test_a_change_of_calendar_is_named(tmp_path):
    rows = [("a", t, 10000 + 7 * t, 1) for t in range(50)]
    rows += [("a", t, 10350 + 30 * (t - 49), 1) for t in range(50, 80)]
    source = write(tmp_path / "bad.csv", ["series", "t", "epoch", "observed"], rows)
    with pytest.raises(BadInput, match="calendar of series a changes"):
        detect([str(source), "--out", str(tmp_path / "out.csv")])


def test_gaps_zeros_and_one_week_are_answered_not_dropped(tmp_path):
    rows = [("gap", t, 1) for t in range(1, 200) if not 50 < t < 60]
    rows += [("zero", t, 0) for t in range(1, 200)]
    rows += [("week", 199, 3)]
    source = write(tmp_path / "odd.csv", ["series", "t", "observed"], rows)
    out = tmp_path / "out.csv"
    for method in ("default", "farrington", "ears-c1", "ears-c3", "cusum"):
        assert detect([str(source), "--method", method, "--out", str(out)]) == 0
        assert {r["series"] for r in read(out)} >= {"gap", "zero", "week"}, method


def test_a_missing_column_an_unknown_series_and_bad_json_are_named(tmp_path):
    out = str(tmp_path / "out.csv")
    source = write(tmp_path / "bad.csv", ["series", "t"], [("a", 1)])
    with pytest.raises(BadInput, match="no column observed"):
        detect([str(source), "--out", out])
    settings = tmp_path / "settings.json"
    settings.write_text('[{"series": "nobody"}]', encoding="utf-8")
    good = [str(series(tmp_path, size=5, weeks=60)), "--method", "farrington"]
    with pytest.raises(BadInput, match="nobody"):
        detect([*good, "--settings", str(settings), "--out", out])
    settings.write_text("[{", encoding="utf-8")
    with pytest.raises(BadInput, match="not JSON"):
        detect([*good, "--settings", str(settings), "--out", out])


def test_cluster_writes_the_planted_cluster(tmp_path):
    rng = np.random.default_rng(2)
    rows = [
        (
            i,
            f"2023-{1 + i % 12:02}-{1 + i % 27:02}",
            42 + rng.random(),
            20 + rng.random(),
            f"p{i % 25}",
        )
        for i in range(300)
    ]
    rows += [(f"c{i}", f"2023-12-{24 + i:02}", 42.5, 20.5, "fair") for i in range(6)]
    rows += [("none", "2023-12-25", "", "", "")]
    source = write(tmp_path / "events.csv", ["id", "date", "lat", "lon", "area"], rows)
    out, table = tmp_path / "clusters.csv", tmp_path / "knox.csv"
    arguments = ["--replicates", "99", "--knox", str(table)]
    assert cluster([str(source), "--out", str(out), *arguments]) == 0
    first = read(out)[0]
    assert "fair" in first["areas"]
    assert {f"c{i}" for i in range(6)} <= set(first["ids"].split(";"))
    assert float(first["p"]) <= 0.05
    assert len(read(table)) == 25


def test_cluster_names_a_bad_date_and_bad_degrees(tmp_path):
    header = ["id", "date", "lat", "lon"]
    out = str(tmp_path / "out.csv")
    bad = write(tmp_path / "e.csv", header, [("a", "yesterday", 42, 20)])
    with pytest.raises(BadInput, match="yesterday"):
        cluster([str(bad), "--out", out])
    bad = write(tmp_path / "e.csv", header, [("a", "2024-01-01", 142, 20)])
    with pytest.raises(BadInput, match="not degrees"):
        cluster([str(bad), "--out", out])


def records(tmp_path):
    rows = [
        (
            f"r{i}",
            f"2022-{1 + i % 12:02}-{1 + i % 27:02}",
            "AL",
            f"M{i % 4}",
            f"Q{10000 + 977 * i}",
            "pistol",
        )
        for i in range(200)
    ]
    rows += [
        (f"n{i}", f"2023-02-{10 + i:02}", place, "Zoraki 914", f"Z55{100 + i}", kind)
        for i, (place, kind) in enumerate(
            [("AL", "pistol"), ("RS", "pistol"), ("ME", "3D-printed frame")]
        )
    ]
    header = ["id", "date", "jurisdiction", "model", "serial", "type"]
    return write(tmp_path / "records.csv", header, rows)


def test_novelty_ranks_the_first_model_the_printed_frame_and_the_run(tmp_path):
    out = tmp_path / "sightings.csv"
    arguments = [str(records(tmp_path)), "--out", str(out), "--since", "2023-01-01"]
    assert novelty(arguments) == 0
    rows = read(out)
    by_signal = {r["signal"]: r for r in rows}
    assert by_signal["S01"]["value"] == "Zoraki 914"
    assert by_signal["S01"]["second_after_days"] == "1"
    assert float(by_signal["S01"]["surprise_bits"]) > 5
    assert by_signal["S06"]["ids"] == "n2"
    assert by_signal["S03"]["jurisdiction"] == "AL;ME;RS"
    assert [int(r["rank"]) for r in rows] == list(range(1, len(rows) + 1))


def test_novelty_names_a_repeated_id_and_an_unknown_signal(tmp_path):
    out = str(tmp_path / "out.csv")
    source = write(tmp_path / "r.csv", ["id", "date"], [("a", "2024-01-01")] * 2)
    with pytest.raises(BadInput, match="used twice"):
        novelty([str(source), "--out", out])
    with pytest.raises(BadInput, match="S99"):
        novelty([str(records(tmp_path)), "--out", out, "--signals", "S99"])


def test_routes_tell_a_new_and_a_reversed_edge(tmp_path):
    rows = [(i, f"2023-{1 + i % 11:02}-10", "A", "B", "C") for i in range(120)]
    rows += [("n1", "2023-12-20", "A", "", "D"), ("v1", "2023-12-21", "B", "", "A")]
    rows += [("n2", "2023-12-22", "A", "", "D")]
    header = ["id", "date", "origin", "transit", "destination"]
    source = write(tmp_path / "moves.csv", header, rows)
    out = tmp_path / "edges.csv"
    assert routes([str(source), "--out", str(out), "--window", "25"]) == 0
    kinds = {(r["origin"], r["destination"]): r["kind"] for r in read(out)}
    assert kinds == {("A", "D"): "new", ("B", "A"): "reversed"}


def test_replay_knows_only_what_was_reported_and_measures_the_delay(tmp_path, capsys):
    rng = np.random.default_rng(4)
    rows = []
    for i in range(12):
        for t in range(1, 261):
            outbreak = int(i == 5 and 245 <= t <= 252)
            count = rng.poisson(0.4) + 3 * outbreak
            for late in range(3):
                part = (
                    count // 2
                    if late == 0
                    else (count - count // 2 if late == 1 else 0)
                )
                rows.append((f"s{i}", t, part, t + late, outbreak))
    header = ["series", "t", "observed", "reported", "state"]
    source = write(tmp_path / "series.csv", header, rows)
    out = tmp_path / "replay.csv"
    assert replay([str(source), "--periods", "26", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "1 of 1 known outbreaks found" in said
    last = next(r for r in read(out) if r["series"] == "s5" and r["t"] == "250")
    assert int(last["known_then"]) < int(last["observed"])


def test_replay_refuses_a_report_before_its_period(tmp_path):
    header = ["series", "t", "observed", "reported"]
    source = write(tmp_path / "s.csv", header, [("a", 5, 1, 4), ("a", 6, 1, 6)])
    with pytest.raises(BadInput, match="before its own period"):
        replay([str(source), "--out", str(tmp_path / "out.csv")])


def test_late_reports_are_made_up_for_and_marked(tmp_path):
    rng = np.random.default_rng(3)
    rows = []
    for i in range(12):
        for t in range(1, 201):
            for late in range(3):
                reported = t + late
                if reported <= 200:
                    count = rng.poisson((0.5, 0.3, 0.2)[late])
                    rows.append((f"s{i}", t, count, reported))
    header = ["series", "t", "observed", "reported"]
    source, out = write(tmp_path / "parts.csv", header, rows), tmp_path / "a.csv"
    assert detect([str(source), "--out", str(out), "--periods", "3"]) == 0
    last = [r for r in read(out) if r["t"] == "200"]
    assert {r["provisional"] for r in last} == {"1"}
    # Half of the events of a week are known at its end: one a week, so 0.5 expected.
    assert np.mean([float(r["expected"]) for r in last]) == pytest.approx(0.5, abs=0.1)


def test_a_period_twice_without_report_periods_is_refused(tmp_path):
    source = write(
        tmp_path / "twice.csv", ["series", "t", "observed"], [("a", 1, 2), ("a", 1, 3)]
    )
    for command in (detect, replay):
        with pytest.raises(BadInput, match="period 1 twice"):
            command([str(source), "--out", str(tmp_path / "o.csv")])


def test_known_late_periods_are_marked_provisional(tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text('[{"late": 2}]', encoding="utf-8")
    out = tmp_path / "alarms.csv"
    command = [str(series(tmp_path)), "--settings", str(settings), "--out", str(out)]
    assert detect(command) == 0
    told = [r for r in read(out) if r["told"] == "1"]
    assert [r["provisional"] for r in told] == ["1"]
