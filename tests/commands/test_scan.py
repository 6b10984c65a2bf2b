"""``focalpoint scan``: every verb, its answer, its file, and its one line of complaint."""

import csv
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from focalpoint.cli import main
from focalpoint.engines.ballistics import x3p
from focalpoint.engines.ballistics.x3p import Scan
from tests.engines.ballistics.scans import path, raw_face

ONE, TWO, OTHER = (str(path(f"Fadul {name}")) for name in ("1-1", "1-2", "2-1"))


def test_info_tells_unit_digest_and_oddities(capsys):
    assert main(["scan", "info", str(path("csafe-logo")), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["columns"], told["rows"], told["unit"]) == (741, 419, "metre")
    assert "checksum" in told["warnings"][0]
    assert main(["scan", "info", str(path("pyramid"))]) == 0
    assert "unit: unknown" in capsys.readouterr().out


def test_show_draws_a_picture(tmp_path):
    target = tmp_path / "picture.png"
    assert main(["scan", "show", str(path("sample-land")), "--out", str(target)]) == 0
    with Image.open(target) as picture:
        colours = np.asarray(picture.convert("L"), dtype=float)
    assert colours.std() > 20


def test_compare_answers_with_all_that_is_promised(capsys):
    assert main(["scan", "compare", ONE, TWO, "--pixel-um", "25", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["cmc"] >= 15
    assert {
        "cmc",
        "cells",
        "score",
        "angle_deg",
        "dx_um",
        "dy_um",
        "log10_lr",
        "lr_bounds",
        "parameters",
        "version",
    } <= told.keys()
    assert main(["scan", "compare", ONE, OTHER, "--pixel-um", "25"]) == 0
    assert "candidate link, needs an examiner" in capsys.readouterr().out


def test_matrix_writes_every_pair_in_the_order_of_names(tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    for name, source in (("b", TWO), ("a", ONE), ("c c", OTHER)):
        (folder / f"{name}.x3p").symlink_to(source)
    target = tmp_path / "scores.csv"
    words = ["scan", "matrix", str(folder), "--out", str(target), "--pixel-um", "25"]
    assert main(words) == 0
    with target.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["a"], row["b"]) for row in rows] == [
        ("a", "b"),
        ("a", "c c"),
        ("b", "c c"),
    ]
    assert int(rows[0]["cmc"]) >= 15 > 5 >= int(rows[1]["cmc"])


def test_a_bad_file_leaves_no_half_matrix(tmp_path, capsys):
    shutil.copy(ONE, tmp_path / "a.x3p")
    (tmp_path / "b.x3p").write_bytes(b"no scan")
    target = tmp_path / "scores.csv"
    assert main(["scan", "matrix", str(tmp_path), "--out", str(target)]) == 2
    assert not target.exists()
    assert capsys.readouterr().err.count("\n") == 1


def test_prepare_keeps_the_mask_and_takes_a_corrected_one(tmp_path, capsys):
    raw, mask = tmp_path / "raw.x3p", tmp_path / "mask.png"
    x3p.write(raw, Scan(raw_face(5)))
    out = ["--out", str(tmp_path / "made.x3p")]
    assert main(["scan", "prepare", str(raw), *out, "--mask-out", str(mask)]) == 0
    with Image.open(mask) as picture:
        drawn = np.asarray(picture.convert("L")).copy()
    drawn[:150] = 0
    Image.fromarray(drawn).save(mask)
    assert main(["scan", "prepare", str(raw), *out, "--mask", str(mask)]) == 0
    made = x3p.read(tmp_path / "made.x3p")
    told = json.loads(made.attachments["focalpoint/preparation.json"])
    assert told["mask"] == "by hand"
    assert made.surface.shape[0] < 150 * 2 + 10


def test_report_sets_a_pdf(tmp_path):
    target = tmp_path / "report.pdf"
    words = ["scan", "report", ONE, TWO, "--out", str(target), "--pixel-um", "25"]
    assert main(words) == 0
    assert target.read_bytes().startswith(b"%PDF")


def test_index_and_search(tmp_path, capsys):
    folder, index = tmp_path / "scans", str(tmp_path / "index")
    folder.mkdir()
    for source in (ONE, TWO, OTHER):
        shutil.copy(source, folder)
    assert main(["scan", "index", str(folder), "--out", index]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 3
    query = str(path("Fadul F"))
    assert main(["scan", "search", query, "--index", index, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["query"] == "Fadul F"
    assert told["searched"] == 3
    assert {one["scan"] for one in told["results"][:2]} == {"Fadul 1-1", "Fadul 1-2"}
    assert told["results"][0].keys() == {
        "rank",
        "scan",
        "score",
        "cmc",
        "cells",
        "expected_by_chance",
    }
    assert main(["scan", "search", query, "--index", index, "--top", "1"]) == 0
    assert "rank is not proof" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["scan", "dance"],
        ["scan", "compare", ONE, "none.x3p"],
        ["scan", "compare", ONE, str(path("pyramid"))],
        ["scan", "compare", ONE, str(path("testing")), "--unit", "m"],
        ["scan", "compare", ONE, TWO, "--pixel-um", "9000"],
        ["scan", "compare", ONE, TWO, "--method", "magic"],
        ["scan", "matrix", "nowhere", "--out", "scores.csv"],
        ["scan", "search", ONE, "--index", "nowhere"],
        ["scan", "show", ONE, "--out", "nowhere/picture.png"],
    ],
)
def test_a_mistake_is_answered_with_one_line(words, capsys):
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("focalpoint scan: ")
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err
