"""Mappings: proposed with reasons, saved and loaded, applied with every problem."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.interop import (
    counts,
    headings,
    keys,
    mapping,
    profiles,
    proposal,
    tables,
)
from focalpoint.interop.daytimes import order_of
from focalpoint.interop.daytimes import read as read_date
from focalpoint.interop.mapping import Mapping, TargetField, Use
from focalpoint.interop.meanings import number_in
from focalpoint.interop.rows import Plan
from focalpoint.values.errors import BadInput

FIELDS = [
    TargetField("firearm", "serial", "serial number", "serial", substance=True),
    TargetField("firearm", "make", "make", "make", substance=True),
    TargetField("firearm", "model", "model", substance=True),
    TargetField("firearm", "calibre", "calibre", "calibre", substance=True),
    TargetField("firearm", "type", "type", "code", "firearm_types", substance=True),
    TargetField("firearm", "event_date", "date", "date"),
    TargetField("firearm", "magazines", "magazines", "integer", least=0, most=100),
    TargetField("firearm", "remarks", "remarks"),
]
GUNS = [
    ["A 12345", "Zastava", "M70", "7,65 mm", "17.05.2021"],
    ["B 99-881", "Glock", "17", "9x19", "28.05.2021"],
    ["C77123", "Beretta", "92", "9 mm", "30.06.2021"],
]
HEADERS = {
    "en": ["Serial number", "Make", "Model", "Calibre", "Date of seizure"],
    "sr": ["Серијски број", "Марка", "Модел", "Калибар", "Датум одузимања"],
    "bs": ["Serijski broj", "Proizvođač", "Model", "Kalibar", "Datum zapljene"],
    "sq": ["Numri serial", "Prodhuesi", "Modeli", "Kalibri", "Data e sekuestrimit"],
    "mk": ["Сериски број", "Производител", "Модел", "Калибар", "Датум на одземање"],
    "ro": ["Număr de serie", "Marca", "Modelul", "Calibrul", "Data confiscării"],
    "pt": ["Número de série", "Marca", "Modelo", "Calibre", "Data da apreensão"],
    "es": ["Número de serie", "Marca", "Modelo", "Calibre", "Fecha de incautación"],
    "fr": ["N° de série", "Marque", "Modèle", "Calibre", "Date de saisie"],
    "de": ["Waffennummer", "Hersteller", "Modell", "Kaliber", "Sicherstellungsdatum"],
    "it": ["Matricola", "Marca", "Modello", "Calibro", "Data del sequestro"],
    "tr": ["Seri no", "Markası", "Modeli", "Çapı", "El koyma tarihi"],
    "ru": ["Серийный номер", "Изготовитель", "Модель", "Калибр", "Дата изъятия"],
    "uk": ["Серійний номер", "Виробник", "Модель", "Калібр", "Дата вилучення"],
    "code": [
        "firearm_serial",
        "manufacturer_name",
        "model",
        "firearmCaliber",
        "SeizureDate",
    ],
}


@pytest.fixture
def table(tmp_path):
    def made(header, rows):
        path = tmp_path / "register.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out, delimiter=";").writerows([header, *rows])
        [found] = tables.read(path)
        return found

    return made


@pytest.mark.parametrize("language", HEADERS)
def test_headings_of_every_language_are_recognised(table, language):
    found = proposal.propose(table(HEADERS[language], GUNS), FIELDS)
    fields = [use.field.removeprefix("firearm.") for use in found.mapping.uses]
    assert fields == ["serial", "make", "model", "calibre", "event_date"]
    assert found.is_clear
    assert all(suggestion.reasons for suggestion in found.suggestions)


def test_columns_are_recognised_in_any_order(table):
    order = [3, 0, 4, 2, 1]
    header = [HEADERS["en"][i] for i in order]
    rows = [[row[i] for i in order] for row in GUNS]
    found = proposal.propose(table(header, rows), FIELDS)
    assert found.mapping.column_of("firearm.serial") == "Serial number"
    assert found.mapping.column_of("firearm.event_date") == "Date of seizure"


def test_contents_speak_where_headings_do_not(table):
    rows = [[f"Q{n}", m, c, s] for n, (s, m, _model, c, _day) in enumerate(GUNS)]
    found = proposal.propose(
        table(["Polje", "Stavka", "Oznaka", "Zapis"], rows), FIELDS
    )
    assert found.mapping.column_of("firearm.make") == "Stavka"
    assert found.mapping.column_of("firearm.calibre") == "Oznaka"


def test_a_date_of_something_else_is_not_the_date_of_the_event(table):
    header = ["Serial number", "Owner date of birth", "Purchase date", "Date recovered"]
    rows = [[gun[0], "1.2.1980", "3.4.2001", gun[4]] for gun in GUNS]
    found = proposal.propose(table(header, rows), FIELDS)
    assert found.mapping.column_of("firearm.event_date") == "Date recovered"


def test_two_columns_that_fit_equally_are_a_doubt(table):
    header = ["Serijski broj", "Fabrički broj", "Marka"]
    rows = [[f"A{n}1234", f"B{n}5678", "Zastava"] for n in range(5)]
    found = proposal.propose(table(header, rows), FIELDS)
    assert [doubt.code for doubt in found.doubts] == ["rival_columns"]


def test_a_heading_that_stands_twice_is_a_doubt_where_it_matters(table):
    rows = [[f"A{n}1234", "Zastava", f"B{n}5678"] for n in range(5)]
    found = proposal.propose(table(["Serial", "Make", "Serial"], rows), FIELDS)
    assert "duplicate_header" in [doubt.code for doubt in found.doubts]


def test_month_first_is_seen_from_the_column(table):
    header = ["Serial number", "Date"]
    rows = [["A1234", "03/31/2022"], ["B1234", "03/04/2022"], ["C1234", "12/25/2021"]]
    made = table(header, rows)
    found = proposal.propose(made, FIELDS).mapping
    dates = [
        row.values["firearm"]["event_date"] for row in Plan(made, found, FIELDS).rows()
    ]
    assert dates == ["2022-03-31", "2022-03-04", "2021-12-25"]


@pytest.mark.parametrize(
    ("header", "rows", "expected"),
    [
        (["Zapisnik br.", "Marka"], [["Z-7", "CZ"], ["Z-9", "CZ"]], "number"),
        (["R. br.", "Marka"], [["1", "CZ"], ["2", "CZ"], ["3", "CZ"]], "running"),
        (["Serijski broj", "Marka"], [["A111", "CZ"], ["A112", "CZ"]], "together"),
        (["Serijski broj", "Marka"], [["A111", "CZ"], ["izbrušen", "CZ"]], "content"),
        (["Progr.", "Marca"], [["1", "CZ"], ["2", "CZ"], ["3", "CZ"]], "running"),
        (["Boja", "Marka"], [["x", "CZ"], ["x", "CZ"]], "content"),
    ],
)
def test_the_key_proposed_is_the_steadiest_there_is(table, header, rows, expected):
    made = table([*header, "Opis"], [[*row, "a"] for row in rows])
    assert keys.propose(made, proposal.propose(made, FIELDS).mapping).how == expected


def test_a_case_is_the_key_where_a_serial_number_was_filed_off(table):
    header = ["BO", "ARMA", "MARCA", "CALIBRE", "NUMERAÇÃO", "BAIRRO"]
    rows = [
        ["123/2020", "REVÓLVER", "TAURUS", ".38", "RASPADA", "Centro"],
        ["124/2020", "PISTOLA", "GLOCK", "9MM", "ABC1234", "Lapa"],
        ["125/2020", "PISTOLA", "GLOCK", "9MM", "ABD8734", "Lapa"],
    ]
    of_the_case = [
        TargetField("incident", "case_number", "case", concept="case_number"),
        TargetField("incident", "place", "place", concept="place"),
    ]
    found = proposal.propose(table(header, rows), [*FIELDS, *of_the_case])
    assert found.key.columns == ("BO",)
    assert found.mapping.column_of("firearm.type") == "ARMA"
    assert found.mapping.column_of("incident.place") == "BAIRRO"


def test_a_heading_that_is_repeated_spoils_no_key(table):
    header = ["Red. br.", "Marka", "Kalibar"]
    rows = [["1", "CZ", "9x19"], header, ["2", "CZ", "9x19"], header, ["3", "CZ", "9"]]
    made = table(header, rows)
    assert keys.propose(made, proposal.propose(made, FIELDS).mapping).how == "running"


def test_equal_rows_without_key_are_told_apart_by_their_count(table):
    made = table(["Marka", "Boja"], [["CZ", "crna"], ["CZ", "crna"], ["CZ", "siva"]])
    found = [key for _row, key in keys.keyed(made, ())]
    assert len(set(found)) == 3
    assert found[0].endswith("-1") and found[1] == found[0][:-1] + "2"


def test_a_table_of_counts_is_recognised_and_a_register_is_not(table):
    header = ["ano", "mes", "area", "pistola", "revolver", "fuzil", "total"]
    rows = [[2020, m, a, m, a, 3, m + a + 3] for m in range(1, 13) for a in (1, 2)]
    made = table(header, rows)
    assert "total" in counts.reason(made, profiles.profiles(made))
    made = table(HEADERS["en"], GUNS)
    assert counts.reason(made, profiles.profiles(made)) == ""


def test_a_number_of_each_without_serial_numbers_is_a_count(table):
    header = ["Date", "Border crossing", "Type", "Calibre", "Quantity seized"]
    rows = [
        [f"0{n}.05.2021", "Gate", "pistol", "9x19", str(n + 1)] for n in range(1, 9)
    ]
    assert proposal.propose(table(header, rows), FIELDS).counts
    numbered = [[*row, f"A{n}7{n}45"] for n, row in enumerate(rows)]
    assert not proposal.propose(table([*header, "Ser. broj"], numbered), FIELDS).counts


@pytest.mark.parametrize(
    "heading",
    ["Серия и номер паспорта", "Numéro de scellé", "Número do lacre", "Model vozila"],
)
def test_a_number_of_something_else_is_no_field_of_the_gun(table, heading):
    rows = [[f"A{n}7{n}45", f"45 1{n} 55{n}321"] for n in range(1, 9)]
    found = proposal.propose(table(["Serial number", heading], rows), FIELDS)
    assert found.mapping.column_of("firearm.serial") == "Serial number"
    assert not found.mapping.of(heading).field


def test_problems_are_all_named_and_the_text_is_kept(table):
    rows = [["A 12345", "Zzyzx", "31.11.2021", "-3", "x"]]
    made = table(["Serial number", "Make", "Date", "Magazines", "Dealer"], rows)
    used = proposal.propose(made, FIELDS).mapping
    [row] = Plan(made, used, FIELDS).rows()
    assert {p.code for p in row.problems} == {
        "unknown_code",
        "impossible_date",
        "out_of_range",
    }
    assert row.is_rejected
    assert row.as_read["firearm"]["make"] == "Zzyzx"
    assert row.other == {"Dealer": "x"}


def test_totals_and_repeated_headings_are_no_objects(table):
    rows = [*GUNS, HEADERS["en"], ["", "", "", "", "Total: 3"]]
    made = table(HEADERS["en"], rows)
    plan = Plan(made, proposal.propose(made, FIELDS).mapping, FIELDS)
    assert [row.is_rejected for row in plan.rows()] == [False] * 3 + [True, True]


@pytest.mark.parametrize(
    ("cell", "order", "text", "status"),
    [
        ("17.05.2021.", "dmy", "2021-05-17", "date"),
        ("05/17/2021", "mdy", "2021-05-17", "date"),
        (44333, "dmy", "2021-05-17", "date"),
        ("2021", "dmy", "2021", "date"),
        ("maj 2021", "dmy", "2021-05", "date"),
        ("31.11.2025", "dmy", "", "impossible"),
        ("1991 or 2356", "dmy", "", "unclear"),
        ("00.00.0000", "dmy", "", "blank"),
        ("n/a", "dmy", "", "blank"),
        (True, "dmy", "", "unclear"),
    ],
)
def test_dates_of_every_kind_in_one_column(cell, order, text, status):
    found = read_date(cell, order)
    assert (found.text, found.status) == (text, status)


def test_one_slip_does_not_turn_the_order_of_a_column():
    assert order_of(["25.12.2021"] * 20 + ["12.25.2021"]) == ("dmy", True)
    assert order_of(["01.02.2021"]) == ("dmy", False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("9,5 mm", 9.5),
        ("1 200", 1200),
        ("ca", None),
    ],
)
def test_numbers_with_point_or_comma(text, number):
    assert number_in(text) == number


def test_no_phrase_of_the_vocabulary_means_two_things_of_a_firearm():
    concepts = ("serial", "make", "model", "calibre", "event_date", "case_number")
    seen: dict[tuple[str, ...], str] = {}
    for concept in concepts:
        for phrase in headings.phrases(concept):
            assert seen.setdefault(phrase, concept) == concept


names = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]),
    min_size=1,
    max_size=20,
)


@given(
    columns=st.dictionaries(
        names, st.sampled_from([f.path for f in FIELDS] + [""]), min_size=1, max_size=6
    ),
    key=st.lists(names, max_size=2),
    values=st.dictionaries(names, names, max_size=2),
    order=st.sampled_from(["dmy", "mdy", "ymd"]),
)
@settings(max_examples=40, deadline=None)
def test_a_mapping_survives_yaml(columns, key, values, order):
    made = Mapping(
        record="firearm",
        uses=tuple(Use(name, path, order, values) for name, path in columns.items()),
        key=tuple(key),
        constants={"firearm.kind": "stolen"},
        source="Sender",
    )
    assert mapping.load(mapping.dump(made)) == made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: [", "is not YAML"),
        ("record: firearm", "needs “columns:”"),
        ("columns: {a: {field: x, order: ydm}}", "dates are in the order"),
        ("columns: {}\nfoo: 1", "means nothing here"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(text, said):
    with pytest.raises(BadInput, match=said):
        mapping.load(text)


def test_a_mapping_must_fit_its_table():
    wanted = mapping.load("columns: {serial NO: firearm.serial, Make: firearm.make}")
    fitted = mapping.check(wanted, ["Make", "Serial no"], FIELDS)
    assert fitted.column_of("firearm.serial") == "Serial no"
    with pytest.raises(BadInput, match="the table has: Make"):
        mapping.check(wanted, ["Make"], FIELDS)
    bad = mapping.load("columns: {Make: firearm.maker}")
    with pytest.raises(BadInput, match=r"firearm\.maker, which does not exist"):
        mapping.check(bad, ["Make"], FIELDS)
