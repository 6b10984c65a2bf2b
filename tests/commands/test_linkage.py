"""``focalpoint link``: files in, pairs out, and what is said of files that are not right."""

import csv
import gzip
from pathlib import Path

import pytest

from focalpoint.cli import main

HEADER = "id,make,model,calibre,serial,type\n"
REGISTER = HEADER + "".join(
    f"r{n},Zastava,M57,7.62x25,K{n},pistol_sa\n" for n in range(100003, 999999, 20011)
)


def written(path: Path, text: str, encoding: str = "utf-8") -> str:
    path.write_bytes(text.encode(encoding))
    return str(path)


def pairs_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_one_file_is_linked_within_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = REGISTER + "x,Црвена застава,М-57,7.62 Tokarev,К 120014,pistol\n"
    out = tmp_path / "pairs.csv"
    assert main(["link", written(tmp_path / "a.csv", text), "--out", str(out)]) == 0
    (pair,) = pairs_of(out)
    assert list(pair) == [
        *("id_a", "id_b", "weight", "probability", "relation", "explanation")
    ]
    assert (pair["id_a"], pair["id_b"], pair["relation"]) == ("r120014", "x", "same")
    assert float(pair["weight"]) > 4
    assert pair["explanation"].startswith(
        "Possibly one firearm. The serial numbers are"
    )
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "1 pairs (1 same)" in captured.err
    assert "of 6 steps" in captured.err


def test_against_another_file_a_is_first(tmp_path: Path) -> None:
    a = written(tmp_path / "a.csv", "id;serial\n1;K120O14\n2;K9999999\n")
    b = written(tmp_path / "b.csv", REGISTER)
    out = tmp_path / "pairs.csv"
    assert main(["link", a, "--against", b, "--out", str(out)]) == 0
    assert [(p["id_a"], p["id_b"]) for p in pairs_of(out)] == [("1", "r120014")]


def test_top_lists_candidates_below_even_odds(tmp_path: Path) -> None:
    a = written(tmp_path / "a.csv", HEADER + "1,,,,K1?0?1?,\n")
    b = written(tmp_path / "b.csv", REGISTER + "s,Glock,17,9x19,K180312,pistol_sa\n")
    out = tmp_path / "pairs.csv"
    asked = ["link", a, "--against", b, "--out", str(out)]
    assert main([*asked, "--top", "1"]) == 0
    assert len(pairs_of(out)) <= 1
    assert main([*asked, "--threshold", "99"]) == 0
    assert pairs_of(out) == []


@pytest.mark.parametrize(
    ("name", "encoding", "head", "mark"),
    [
        ("bom.csv", "utf-8-sig", "ID;Serial;Make", ";"),
        ("tab.txt", "utf-8", "make\tserial\tid", "\t"),
        ("old.csv", "cp1251", "id;serial;make", ";"),
        ("wide.csv", "utf-16", "id,serial,make", ","),
    ],
)
def test_other_encodings_and_delimiters(
    tmp_path: Path, name: str, encoding: str, head: str, mark: str
) -> None:
    values = {"serial": "А-1234567", "make": "Застава оружје Крагујевац"}
    columns = head.lower().split(mark)
    lines = [
        mark.join({"id": str(n), **values}[column] for column in columns)
        for n in range(1, 3)
    ]
    path = written(tmp_path / name, "\n".join([head, *lines]) + "\n", encoding)
    out = tmp_path / "pairs.csv"
    assert main(["link", path, "--out", str(out)]) == 0
    assert [(p["id_a"], p["id_b"]) for p in pairs_of(out)] == [("1", "2")]


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(
        gzip.compress(f"{HEADER}1,,,,K1234567,\n2,,,,K1234567,\n".encode())
    )
    out = tmp_path / "pairs.csv"
    assert main(["link", str(path), "--out", str(out)]) == 0
    assert len(pairs_of(out)) == 1


BAD = {
    "is empty": "",
    "has a header but no rows": HEADER,
    "has no column id and no column serial": "name,number\n1,2\n",
    "has no column serial; it has id": "id,make\n1,Glock\n",
    "the id 1 stands on 2 rows (records 1 and 3)": "id,serial\n1,12\n2,13\n1,14\n",
    "1 rows have no id (the first is record 2)": "id,serial\n1,12\n,13\n",
    "is never closed": 'id,serial,make\n1,"12,Glock\n2,13,Glock\n',
    "longer than": f"id,serial\n1,{'9' * 9_000_000}\n",
}


@pytest.mark.parametrize("message", BAD)
def test_bad_files_are_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], message: str
) -> None:
    path = written(tmp_path / "bad.csv", BAD[message])
    out = tmp_path / "pairs.csv"
    assert main(["link", path, "--out", str(out)]) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert message in error[-1]
    assert not out.exists()


def test_a_missing_file_and_a_wrong_option_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "pairs.csv")
    assert main(["link", str(tmp_path / "none.csv"), "--out", out]) == 2
    assert "No such file" in capsys.readouterr().err
    path = written(tmp_path / "a.csv", REGISTER)
    assert main(["link", path, "--out", out, "--top", "0"]) == 2
    assert main(["link", path, "--out", str(tmp_path / "no" / "p.csv")]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_numbers_that_are_only_words_give_no_pairs_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HEADER + "1,Zastava,,,избрисан,\n2,Zastava,,,,\n"
    out = tmp_path / "pairs.csv"
    assert main(["link", written(tmp_path / "a.csv", text), "--out", str(out)]) == 0
    assert pairs_of(out) == []
    said = capsys.readouterr().err
    assert "2 without a readable number" in said
    assert "there is nothing to link by" in said
