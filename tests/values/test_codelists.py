import datetime

import pytest

from focalpoint.values import codelists
from focalpoint.values.codelists import COLUMNS, LOCALES, STATUSES
from focalpoint.values.errors import BadInput


def test_a_code_has_labels_in_every_locale_and_falls_back_to_english():
    actions = codelists.load("actions")
    bolt = actions.get("bolt")
    assert bolt is not None
    assert bolt.label("en") == "Bolt action"
    assert bolt.label("mk").startswith("обртно")
    assert bolt.label("sr_Latn") == bolt.label("sr-latn") == "obrtno-čepna (repetirka)"
    assert bolt.label("fr") == "Bolt action"
    assert actions.label("never heard of") == "never heard of"
    assert actions.get("") is None
    assert actions.get(None) is None


def test_children_stand_under_their_parent_in_order():
    types = codelists.load("firearm_types")
    children = [code.code for code in types.children("pistol")]
    assert children == ["pistol_sa", "pistol_ss", "pistol_auto"]
    assert "pistol" in [code.code for code in types.children()]
    assert types.children("pistol_sa") == ()


def test_a_list_that_does_not_exist_is_refused_with_the_names_of_those_that_do():
    with pytest.raises(BadInput, match="firearm_types"):
        codelists.load("nothing")


def test_validity_is_a_range_of_days_that_includes_its_ends():
    code = codelists.Code(
        code="x",
        parent="",
        order=1,
        labels={"en": "X"},
        valid_from=datetime.date(1992, 4, 27),
        valid_to=datetime.date(2003, 2, 4),
    )
    assert code.valid_on(datetime.date(1992, 4, 27))
    assert code.valid_on(datetime.date(2003, 2, 4))
    assert not code.valid_on(datetime.date(1992, 4, 26))
    assert not code.valid_on(datetime.date(2003, 2, 5))


@pytest.mark.parametrize("name", codelists.names())
def test_every_list_is_whole(name):
    codes = codelists.load(name)
    assert len(codes.codes) == len(codes) > 0, "a code stands twice"
    for code in codes:
        assert code.code.isascii()
        assert code.code == code.code.lower().strip()
        assert code.status in STATUSES
        assert code.source
        assert set(code.labels) == set(LOCALES), code.code
        assert code.parent == "" or code.parent in codes
        assert not set(code.extra) & set(COLUMNS)
