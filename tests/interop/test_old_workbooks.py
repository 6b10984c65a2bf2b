"""A workbook of the old binary kind reads like the same register in the new one."""

import datetime
from pathlib import Path

import pytest

from focalpoint.interop import tables
from focalpoint.values.errors import BadInput

GOLDEN = Path(__file__).parents[1] / "golden" / "intake"


def read(name):
    [table] = [t for t in tables.read(GOLDEN / name) if t.name == "Zaplene"]
    return table


def test_an_old_workbook_reads_like_its_new_twin():
    old, new = read("register.xls"), read("register.xlsx")
    assert old.columns == new.columns
    assert (old.header_row, old.first_row) == (new.header_row, new.first_row) == (3, 4)
    assert list(old.rows()) == list(new.rows())
    assert [note.code for note in old.notes] == [note.code for note in new.notes]


def test_the_cells_of_an_old_workbook_keep_what_they_are():
    rows = [row.cells for row in read("register.xls").rows()]
    day = datetime.date(2021, 5, 17)
    assert rows[0] == (
        "Z-1/2021",
        "0012345",
        "Zastava",
        "7,65 mm",
        day,
        1984,
        "bez okvira",
    )
    assert rows[1][2] == "Црвена застава"
    assert rows[2][1] == 987654 and rows[2][4] == "19.05.2021."
    assert rows[3][4] == datetime.datetime(2021, 6, 30, 14, 30)
    assert rows[3][3] == 9.19 and rows[3][6] == "x" * 300
    assert rows[4][5] is True and rows[4][6] == "Ђорђевић, Šid"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_truncated_old_workbook_is_refused(tmp_path, share):
    whole = (GOLDEN / "register.xls").read_bytes()
    path = tmp_path / "register.xls"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BadInput, match="damaged or cut off"):
        tables.read(path)
