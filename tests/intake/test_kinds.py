"""What kind of record a table's firearms are, from its headings and names."""

import pytest

from focalpoint.intake.kinds import kind_of
from focalpoint.interop.cells import Sheet
from focalpoint.interop.tables import Column, Table


def table(file: str, *headings: str) -> Table:
    columns = tuple(Column(text, text, "", at) for at, text in enumerate(headings))
    sheet = Sheet(name="", rows=lambda: iter(()))
    return Table(file, sheet, columns, header_row=1, first_row=2)


@pytest.mark.parametrize(
    ("file", "headings", "date", "kind"),
    [
        ("Seized Firearms Register 2022.csv", (), "Date of seizure", "recovered"),
        ("registro_armas_incautadas.csv", (), "Fecha de incautación", "recovered"),
        ("Zaplene 2021.xlsx", ("Vlasnik", "Dozvola"), "Datum", "recovered"),
        ("za.csv", (), "DATE HANDED IN", "surrendered"),
        ("stolen_guns_list.csv", (), "Date", "stolen"),
        ("registar.csv", ("Serijski broj",), "Datum", "registered"),
        ("list.csv", ("Certificate no", "Holder"), "Date acquired", "registered"),
        ("popis.csv", ("Br. oružnog lista", "Važi do"), "Datum", "registered"),
        ("popis.csv", ("Serijski broj", "Vlasnik"), "Datum", "recovered"),
    ],
)
def test_the_kind_of_record(file, headings, date, kind):
    assert kind_of(table(file, *headings), date) == kind
