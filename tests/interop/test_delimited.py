"""Text tables in any encoding, with any delimiter; hostile ones refused."""

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.interop import delimited, encodings, tables
from focalpoint.interop.limits import DEFAULTS, Limits
from focalpoint.values.errors import BadInput

REGISTERS = {
    "cp1250": "R. br.;Serijski broj;Mjesto\n1;A 123;Čačak\n2;B 77;Đurđevac, Žitište",
    "cp1251": "Редни број;Серијски број;Место\n1;А 123;Крагујевац\n2;Б 77;Ђердап",
    "cp1252": "Número;Série;Município\n1;A 123;São João\n2;B 77;Ribeirão",
    "cp1254": "Sıra;Seri no;Şehir\n1;A 123;Ağrı\n2;B 77;İstanbul",
    "cp1257": "Numeris;Serija;Miestas\n1;A 123;Šiauliai\n2;B 77;Kėdainiai ąžuolas",
    "koi8-u": "Номер;Серия;Город\n1;А 123;Москва\n2;Б 77;Киев",
    "cp852": "R. br.;Serijski broj;Mjesto\n1;A 123;Čačak\n2;B 77;Žitište",
    "utf-8": "Nr;Seria;Locul\n1;A 123;Iași\n2;B 77;Țigănești",
    "utf-8-sig": "Nr;Seria;Locul\n1;A 123;Iași\n2;B 77;Țigănești",
    "utf-16": "Nr;Seria;Locul\n1;A 123;Iași\n2;B 77;Țigănești",
    "utf-16-le": "Nr;Seria;Locul\n1;A 123;Iași\n2;B 77;Țigănești",
}


@pytest.fixture
def write(tmp_path):
    def written(content, name="register.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return written


def rows_of(path, **options):
    [table] = tables.read(path, **options)
    return [list(row.cells) for row in table.rows()]


@pytest.mark.parametrize("encoding", REGISTERS)
def test_a_register_is_read_in_its_own_encoding(write, encoding):
    text = REGISTERS[encoding]
    expected = [line.split(";") for line in text.splitlines()[1:]]
    assert rows_of(write(text.encode(encoding))) == expected


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("cp1250", "Niš"), ("cp1251", "Ниш"), ("cp1254", "tüfeği"), ("cp1252", "cañón")],
)
def test_one_word_is_enough_to_tell_an_encoding(encoding, word):
    assert (
        word.encode(encoding).decode(encodings.guess(word.encode(encoding)).encoding)
        == word
    )


def test_lines_in_two_encodings_are_both_read_and_the_sender_is_told(write):
    good = "Serijski broj;Mjesto\n" + "A 123;Čačak\n" * 5
    path = write(good.encode() + "B 77;Žabari\n".encode("cp1250"))
    [table] = tables.read(path)
    assert [list(row.cells)[1] for row in table.rows()] == ["Čačak"] * 5 + ["Žabari"]
    [note] = table.notes
    assert note.code == "mixed_encoding" and note.params["lines"] == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~"])
def test_any_delimiter(write, delimiter):
    lines = ["serial,make,calibre", "A1,Zastava,9 mm", "B2,Glock,7.65"]
    text = "\r\n".join(lines).replace(",", delimiter)
    assert rows_of(write(text.encode())) == [
        ["A1", "Zastava", "9 mm"],
        ["B2", "Glock", "7.65"],
    ]


def test_decimal_commas_do_not_pass_for_a_delimiter(write):
    text = "serijski broj;kalibar;cijev\nA1;7,65;12,5\nB2;9,0;10,25\nC3;6,35;8,1\n"
    assert rows_of(write(text.encode()))[0] == ["A1", "7,65", "12,5"]


def test_the_hint_of_a_spreadsheet_is_followed(write):
    path = write(b"sep=|\r\nserial|make\r\nA1|Zastava, Kragujevac\r\n")
    assert rows_of(path) == [["A1", "Zastava, Kragujevac"]]


def test_line_breaks_inside_quotes_belong_to_the_cell(write):
    path = write(b'serial,status\nA1,"D1: open\nD2: shut"\nB2,shut\n')
    assert rows_of(path) == [["A1", "D1: open\nD2: shut"], ["B2", "shut"]]


def test_row_numbers_are_those_of_a_spreadsheet(write):
    [table] = tables.read(write(b"serial,make\nA1,Zastava\n\n,\nB2,Glock\n"))
    assert [row.number for row in table.rows()] == [2, 5]


def test_a_packed_table_is_read(write):
    path = write(gzip.compress(b"serial,make\nA1,Zastava\n"), "register.csv.gz")
    assert rows_of(path) == [["A1", "Zastava"]]


SMALL = Limits(line=1000, unpacked=20_000)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"a,b\n" + b"x" * 5000, "long.csv", "longer than"),
        (gzip.compress(b"a,b\n" + b"x" * 2_000_000), "long.csv.gz", "longer than"),
        (gzip.compress(b"1,2\n" * 50_000), "bomb.csv.gz", "unpacks to more than"),
        (gzip.compress(b"a,b\n1,2\n" * 500)[:-20], "cut.csv.gz", "damaged or cut off"),
        (b"a,b\n\x00\x01\x02\x03garbage\xff" * 20, "noise.csv", "not text"),
        (b"", "empty.csv", "is empty"),
        (b"a,b\n", "header.csv", "no rows of data"),
        (b"PK\x03\x04nonsense", "register.csv", "damaged or cut off"),
        (b"%PDF-1.7 ...", "register.csv", "a PDF document"),
        (b"<html><table><tr><td>1</td></tr></table>", "register.xls", "a web page"),
        (b"serial,make\nA1,Zastava\n", "register.xlsx", "its name ends in .xlsx"),
        (gzip.compress(b"a,b\n1,2\n"), "register.csv", "its name ends in .csv"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_usable_table_is_refused_with_a_reason(write, content, name, said):
    with pytest.raises(BadInput, match=said):
        rows_of(write(content, name), limits=SMALL)


def test_a_quotation_mark_that_never_closes_is_named_with_its_line(write):
    body = b'serial,make\nA1,"Zastava\n' + b"B2,Glock is a long name here\n" * 8000
    with pytest.raises(BadInput, match="quotation mark"):
        rows_of(write(body))


def test_how_long_a_cell_may_be_hangs_on_nobody_else(write):
    path = write(b'serial,make\nA1,"' + b"Zastava " * 20_000 + b'"\n')
    before = csv.field_size_limit(10_000_000)  # as some other library does
    try:
        with pytest.raises(BadInput, match="quotation mark"):
            rows_of(path)
        dialect = delimited.examine(path, path.name, DEFAULTS)
        rows = list(delimited.records(path, path.name, dialect, cell=1_000_000))
        assert len(rows[1][1]) > 131_072
        assert csv.field_size_limit() == 10_000_000
    finally:
        csv.field_size_limit(before)


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    max_size=12,
).map(str.strip)


@given(
    rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
)
@settings(max_examples=30, deadline=None)
def test_what_is_written_is_read_again(tmp_path_factory, rows, delimiter):
    header = ["Serial number", "Make", "Calibre"]
    fixed = [("A12345", "Zastava", "9 mm")] * 4
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([header, *fixed, *rows])
    path = tmp_path_factory.mktemp("round") / "r.csv"
    path.write_bytes(out.getvalue().encode())
    found = list(delimited.read(path).rows())
    assert [tuple(row) for row in found[5:]] == [tuple(row) for row in rows]


def test_a_quote_that_is_never_closed_swallows_no_lines(tmp_path):
    path = tmp_path / "register.csv"
    lines = [f"{n};1.2.2021;CZ;9x19;A{n}234;" for n in range(1, 9)]
    lines[2] += '"tip 2'
    path.write_text("\n".join(["ID;Datum;Marka;Kalibar;Broj;Napomena", *lines]))
    with pytest.raises(BadInput, match="quotation mark that is never closed"):
        list(delimited.read(path).rows())
    lines[2] += '\nizbrušen; vidi i Z-4\na;b;c;d;e;f"'  # a remark of three lines
    path.write_text("\n".join(["ID;Datum;Marka;Kalibar;Broj;Napomena", *lines]))
    assert len(list(delimited.read(path).rows())) == 9
