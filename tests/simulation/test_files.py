"""The senders' files: many layouts, the same bytes, marked as invented."""

import csv
import hashlib
import io
import zipfile

import numpy as np
import openpyxl
import pytest
import yaml

from focalpoint.simulation import marks, pictures, scenario
from focalpoint.simulation.scenario import Scenario
from tests.region import SEED, region


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("region")
    sheets = region().write(folder)
    return folder, sheets


def digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_the_same_seed_writes_the_same_bytes(written, tmp_path):
    scenario.build(SEED, "tiny").write(tmp_path)
    assert digests(tmp_path) == digests(written[0])


def test_every_sender_writes_as_its_offices_do(written):
    folder, sheets = written
    assert len(sheets) == 7 * 12
    mk = (folder / "files/registry-mk-registry.csv").read_bytes().decode("cp1251")
    assert mk.startswith("Регистарски број;Вид на оружје;Марка")
    ba = (folder / "files/registry-ba-registry.csv").read_bytes().decode("cp1250")
    assert "Serijski broj" in ba.splitlines()[0]
    sq = (folder / "files/border-al-seizures.csv").read_text("utf-8")
    assert "Numri serial" in sq.splitlines()[0]


def test_no_letter_is_lost_in_a_narrow_encoding(written):
    folder, _ = written
    for name, encoding in (("mk", "cp1251"), ("ba", "cp1250")):
        path = folder / f"files/registry-{name}-registry.csv"
        rows = list(
            csv.DictReader(
                io.StringIO(path.read_bytes().decode(encoding)), delimiter=";"
            )
        )
        columns = [
            key for key in rows[0] if key not in {"Сериски број", "Serijski broj"}
        ]
        lost = [row for row in rows if any("?" in row[key] for key in columns)]
        assert not lost, lost[:3]


def test_workbooks_carry_a_title_that_says_invented(written):
    folder, _ = written
    book = openpyxl.load_workbook(folder / "files/police-rs.xlsx", read_only=True)
    assert len(book.sheetnames) == 5
    for sheet in book:
        assert "измишљени подаци" in next(sheet.iter_rows(values_only=True))[0]
    book.close()


def test_every_row_has_its_answer_and_every_answer_its_row(written):
    folder, sheets = written
    answers = region().answers
    assert len(answers) == sum(sheet.rows for sheet in sheets)
    keys = [(a.sender, a.table, a.key) for a in answers]
    assert len(set(keys)) == len(keys)
    truth = (folder / "truth/records.csv").read_text("utf-8").splitlines()
    assert len(truth) == len(answers) + 1


def test_the_mapping_of_every_table_names_each_of_its_columns_once(written):
    folder, sheets = written
    for sheet in sheets:
        path = folder / "mappings" / f"{sheet.sender}-{sheet.table}.yaml"
        content = yaml.safe_load(path.read_text("utf-8"))
        assert list(content["columns"]) == [text for _key, text in sheet.headings]
        used = [field for field in content["columns"].values() if field != "-"]
        assert len(set(used)) == len(used)
        assert set(content["key"]) <= set(content["columns"])


def test_no_file_of_a_sender_holds_the_truth(written):
    folder, _ = written
    codes = [code.encode() for code in region().truth.planted()]
    for path in (folder / "files").glob("*.csv"):
        content = path.read_bytes()
        assert not any(code in content for code in codes)


def test_offices_of_one_script_write_in_that_script():
    made: Scenario = region()
    latin = [t for t in made.tables if t.sender.endswith(("-al", "-ba", "-me", "-md"))]
    for table in latin:
        for row in table.rows:
            text = "".join(str(value) for value in row.values())
            assert not any("\u0400" <= sign < "\u0500" for sign in text), row


def test_a_scan_is_whole_and_its_checksum_right(written):
    folder, _ = written
    scans = sorted((folder / "files/scans").glob("*.x3p"))
    assert len(scans) == 4
    with zipfile.ZipFile(scans[0]) as archive:
        data = archive.read("bindata/data.bin")
        xml = archive.read("main.xml").decode()
        listed = archive.read("md5checksum.hex").decode()
    assert hashlib.md5(data).hexdigest().upper() in xml
    assert listed.startswith(hashlib.md5(xml.encode()).hexdigest())
    assert "nvented data" in xml
    assert len(data) == marks.SIZE**2 * 8


def test_cases_of_one_gun_look_alike_and_those_of_two_do_not():
    def likeness(a, b):
        both = np.isfinite(a) & np.isfinite(b)
        best = 0.0
        for down in range(-12, 13, 2):
            for across in range(-12, 13, 2):
                moved = np.roll(b, (down, across), (0, 1))
                seen = both & np.isfinite(moved)
                best = max(best, np.corrcoef(a[seen], moved[seen])[0, 1])
        return best

    first, second = marks.breech_face(5, 1, size=128), marks.breech_face(5, 2, size=128)
    other = marks.breech_face(6, 1, size=128)
    assert likeness(first, second) > likeness(first, other) + 0.15


def test_pictures_are_png_and_say_that_they_are_drawn(written):
    folder, _ = written
    found = sorted((folder / "files/photographs").glob("*.png"))
    assert len(found) == 4
    content = found[0].read_bytes()
    assert content.startswith(b"\x89PNG")
    assert b"Invented data" in content
    named = {
        row["photo"] for t in region().tables for row in t.rows if row.get("photo")
    }
    assert {path.name for path in found} == named


def test_a_scored_plate_does_not_show_the_number():
    item = next(i for e in region().lives.events for i in e.items if i.gun.serial)
    shown = pictures.photograph(item)
    hidden = pictures.photograph(item, legible=False)
    assert (shown[290:350, 180:460] != hidden[290:350, 180:460]).any()
