"""Every code list is whole: labels, codes, parents, order, sources, neutral names.

Each test goes through all lists and shows every fault, not the first.
"""

import csv
import re
from functools import cache

import pytest

from focalpoint.values import codelists
from focalpoint.values.codelists import COLUMNS, FOLDER, LOCALES, STATUSES

NAMES = codelists.names()
CYRILLIC = re.compile("[\u0400-\u04ff]")
# Lists of trade names: a maker may have a name of its own in each script.
TRADE_NAMES = ("makes", "models", "conversion_source_models")


@cache
def rows(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def everything():
    """Every row of every list, with the name of its list."""
    return [(name, row) for name in NAMES for row in rows(name)]


def labels(row):
    return {locale: row[f"label_{locale.replace('-', '_')}"] for locale in LOCALES}


def test_a_list_has_the_common_columns_first_and_none_twice():
    for name in NAMES:
        header = list(rows(name)[0])
        assert tuple(header[: len(COLUMNS)]) == COLUMNS, name
        assert len(header) == len(set(header)), name


def test_codes_are_distinct_lower_case_ascii():
    shape = re.compile(r"[a-z0-9][a-z0-9_.+-]*")
    for name in NAMES:
        codes = [row["code"] for row in rows(name)]
        assert [code for code in codes if codes.count(code) > 1] == [], name
        assert [code for code in codes if not shape.fullmatch(code)] == [], name


def test_every_label_is_filled():
    faults = [
        (name, row["code"], locale)
        for name, row in everything()
        for locale, text in labels(row).items()
        if not text or text != text.strip()
    ]
    assert faults == []


def test_labels_of_latin_languages_hold_no_cyrillic_letter():
    faults = [
        (name, row["code"], locale, text)
        for name, row in everything()
        for locale, text in labels(row).items()
        if locale not in ("sr", "mk") and CYRILLIC.search(text)
    ]
    assert faults == []


def test_both_serbian_scripts_say_the_same():
    """The Cyrillic label, transliterated, is the Latin one, apart from signs."""
    faults = [
        (name, row["code"], row["label_sr"])
        for name, row in everything()
        if name not in TRADE_NAMES
        and to_latin(row["label_sr"]) != to_latin(row["label_sr_latn"])
    ]
    assert faults == []


LETTERS = {
    **dict(
        zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True)
    ),
    **{"љ": "lj", "њ": "nj", "џ": "dž"},
}


def to_latin(text):
    return "".join(LETTERS.get(letter, letter) for letter in text.lower())


def test_parents_exist_and_never_form_a_circle():
    for name in NAMES:
        parents = {row["code"]: row["parent"] for row in rows(name)}
        for code, above in parents.items():
            seen = {code}
            while above:
                assert above in parents, (name, code, above)
                assert above not in seen, (name, code, above)
                seen.add(above)
                above = parents[above]


def test_order_status_and_dates_are_usable():
    for name in NAMES:
        entries = list(codelists.load(name))
        orders = [entry.order for entry in entries]
        assert len(set(orders)) == len(orders), name
        for entry in entries:
            assert entry.status in STATUSES, (name, entry.code)
            if entry.valid_from and entry.valid_to:
                assert entry.valid_from <= entry.valid_to, (name, entry.code)


def test_every_source_is_described():
    """A source is a code of the list ``sources`` or its English label."""
    sources = codelists.load("sources")
    known = {text.lower() for code in sources for text in (code.code, code.label())}
    faults = {
        (name, row["source"])
        for name, row in everything()
        for part in row["source"].split(";")
        if part.strip().lower() not in known
    }
    assert faults == set()


def test_kosovo_carries_its_asterisk_in_every_label():
    """The footnotes explain the asterisk; they alone name it without."""
    bare = re.compile(r"(?:Kosov(?:o|a|ë|ës|ën)|Косов[оа])(?![\w*])")
    faults = [
        (name, row["code"], locale, text)
        for name, row in everything()
        for locale, text in labels(row).items()
        if name != "footnotes" and bare.search(text)
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("name", "extra", "target"),
    [
        ("jurisdictions", "alpha2", "countries"),
        ("jurisdictions", "footnote", "footnotes"),
        ("countries", "successors", "countries"),
        ("countries", "footnote", "footnotes"),
        ("border_crossings", "side_a", "jurisdictions"),
        ("border_crossings", "side_b", "jurisdictions"),
        ("border_crossings", "third", "jurisdictions"),
        ("bodies", "jurisdiction", "jurisdictions"),
        ("footnotes", "jurisdiction", "jurisdictions"),
        ("custody_reasons", "state", "exhibit_states"),
        ("person_roles", "led_category", "led_categories"),
        ("explosive_models", "family", "explosive_families"),
        ("explosive_models", "countries", "countries"),
        ("projectile_types", "eu_category", "eu_categories"),
    ],
)
def test_lists_that_refer_to_each_other_agree(name, extra, target):
    codes = codelists.load(target)
    referred = [code for entry in codelists.load(name) for code in entry.several(extra)]
    assert referred
    assert [code for code in referred if code not in codes] == []
