"""Dates keep their precision; what cannot be told is refused."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.values.dates import MAC_EPOCH, PartialDate, column_order, parse
from focalpoint.values.errors import BadInput
from focalpoint.values.months import month_of

DAY = PartialDate(2021, 5, 17)


@pytest.mark.parametrize(
    "text",
    [
        "17.5.2021",
        "17.05.2021.",
        "17. 5. 2021. god.",
        "17.05.2021 10:30",
        "17/05/2021",
        "17-05-21",
        "2021-05-17",
        "2021/05/17",
        "2021-05-17T10:00:00",
        "20210517",
        "17. maj 2021",
        "17. maja 2021. godine",
        "17.V.2021",
        "17 maj 2021",  # Albanian and Slavic alike
        "17. мај 2021. године",
        "17 мај 2021 година",
        "17 мая 2021 г.",
        "17 травня 2021 р.",
        "17 mai 2021",
        "17. svibnja 2021.",
        "17 de maio de 2021",
        "17 de mayo de 2021",
        "17 maggio 2021",
        "17. Mai 2021",
        "17 Mayıs 2021",
        "May 17, 2021",
        "17-May-21",
        "2021 May 17",
        "5/17/21",  # May is the only month it can name
        "44333",
    ],
)
def test_written_forms_of_one_day(text):
    assert parse(text) == DAY


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (44333, "2021-05-17"),
        (44333.75, "2021-05-17"),
        (2021, "2021"),
        (20210517, "2021-05-17"),
        (datetime.date(2021, 5, 17), "2021-05-17"),
        (datetime.datetime(2021, 5, 17, 23, 0), "2021-05-17"),
        ("2021", "2021"),
        ("2021 г.", "2021"),
        ("05/2021", "2021-05"),
        ("maj 2021", "2021-05"),
        ("2021-05", "2021-05"),
    ],
)
def test_numbers_and_less_precise_dates(value, expected):
    assert str(parse(value)) == expected


def test_day_numbers_of_the_1904_system():
    assert parse(42871, epoch=MAC_EPOCH) == DAY


@pytest.mark.parametrize("value", [None, "", "  ", "NULL", "n/a", "-"])
def test_an_empty_cell_is_no_date(value):
    assert parse(value) is None


@pytest.mark.parametrize(
    "text",
    [
        "1991 or 2356",
        "not clear",
        "6/7/2356",
        "12/09/202",
        "31.2.2021",
        "14/14/2020",
        "2012-13-01",
        "9/12/14 10/12/15",
        "jui 2020",
        "1/2",
        "99",
        "10:30",
        "3.2",
        True,
        3.2,
        float("nan"),
        "x" * 5000,
    ],
)
def test_what_cannot_be_told_is_a_problem(text):
    with pytest.raises(BadInput):
        parse(text)


def test_the_order_of_day_and_month_is_stated_or_refused():
    assert str(parse("5/6/2021", "dmy")) == "2021-06-05"
    assert str(parse("5/6/2021", "mdy")) == "2021-05-06"
    assert str(parse("21-05-06", "ymd")) == "2021-05-06"
    assert str(parse("6/6/2021", None)) == "2021-06-06"
    with pytest.raises(BadInput, match="2021-06-05 or 2021-05-06"):
        parse("5/6/2021", None)


def test_two_digit_years_end_with_the_pivot():
    assert parse("1.1.35").year == 2035
    assert parse("1.1.36").year == 1936
    assert parse("1.1.36", pivot=2060).year == 2036


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["5/6/21", "5/17/21"], "mdy"),
        (["5.6.2021", "17.5.2021", "", "unclear"], "dmy"),
        (["5/6/21"], None),
        (["17/5/21", "5/17/21"], None),
        (["2021-17-05"], None),
    ],
)
def test_a_column_shows_its_order(texts, order):
    assert column_order(texts) == order


@pytest.mark.parametrize(
    ("word", "month"),
    [
        ("listopad", 10),
        ("листопад", 11),
        ("travnja", 4),
        ("травня", 5),
        ("Qershor", 6),
        ("nën", 11),
        ("şubat", 2),
        ("août", 8),
        ("März", 3),
        ("set.", 9),
        ("ју", None),
        ("jui", None),
        ("pistol", None),
    ],
)
def test_month_names(word, month):
    assert month_of(word) == month


def test_precision_and_reach():
    year, month = PartialDate(2021), PartialDate(2021, 2)
    assert (year.precision, month.precision, DAY.precision) == ("year", "month", "day")
    assert month.latest == datetime.date(2021, 2, 28)
    assert year.contains(DAY)
    assert year.overlaps(month)
    assert not month.overlaps(DAY)
    assert month.certainly_before(DAY)
    assert not year.certainly_before(DAY)


@pytest.mark.parametrize("parts", [(2021, 13), (2021, 2, 29), (2021, None, 3), (0,)])
def test_no_such_date(parts):
    with pytest.raises(BadInput):
        PartialDate(*parts)


def test_iso_only():
    assert PartialDate.from_iso("2021-05") == PartialDate(2021, 5)
    with pytest.raises(BadInput):
        PartialDate.from_iso("17.5.2021")


days = st.dates(datetime.date(1700, 1, 1), datetime.date(2100, 12, 31))
partial = st.builds(
    lambda day, parts: PartialDate(*(day.year, day.month, day.day)[:parts]),
    days,
    st.integers(1, 3),
)


@given(partial)
def test_a_date_reads_back_what_it_prints(date):
    assert PartialDate.from_iso(str(date)) == date
    assert parse(str(date)) == date
    assert date.earliest <= date.latest


@settings(max_examples=40)
@given(partial, partial)
def test_order_agrees_with_reach(one, other):
    assert (one < other) + (other < one) + (one == other) == 1
    assert one.overlaps(other) == other.overlaps(one)
    if one.certainly_before(other):
        assert one < other
        assert not one.overlaps(other)


@given(days, st.sampled_from(["dmy", "mdy"]))
def test_any_day_reads_back_in_the_order_it_was_written(day, order):
    shape = "%d/%m/%Y" if order == "dmy" else "%m/%d/%Y"
    assert parse(day.strftime(shape), order) == PartialDate.from_date(day)


@settings(max_examples=40)
@given(
    st.one_of(
        st.text(max_size=40),
        st.from_regex(r"[0-9²٣]{1,5}[./ -]?[0-9a-zа-я]{0,9}[./ -]?[0-9]{0,5}"),
        st.integers(),
        st.floats(),
    ),
    st.sampled_from([None, "dmy", "mdy", "ymd"]),
)
def test_anything_is_a_date_nothing_or_a_problem(value, order):
    try:
        found = parse(value, order)
    except BadInput as problem:
        assert str(problem)
    else:
        assert found is None or 1700 <= found.year <= 2100
