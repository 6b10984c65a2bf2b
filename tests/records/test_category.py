"""The EU category: the machine suggests from the record, a person confirms."""

import pytest
from django.core.exceptions import PermissionDenied

from focalpoint.records import category, history
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"type": "pistol_sa", "calibre": "9x19", "capacity": 15}, "b5"),
        ({"type": "assault_rifle", "calibre": "762x39"}, "a2"),
        ({"type": "revolver", "calibre": "38_spl"}, "b1"),
        ({"type": "rifle_bolt", "calibre": "308_win"}, "c1"),
        ({"type": "pistol_sa", "functional_state": "deactivated"}, "c6"),
    ],
)
def test_the_suggestion_follows_the_record(cast, values, expected):
    gun = make.firearm(cast.alice, make="", **values)
    answer = category.suggest(gun)
    assert answer.category == expected
    assert answer.reasons


def test_what_is_missing_is_named(cast):
    answer = category.suggest(make.firearm(cast.alice, type="", calibre=""))
    assert answer.category is None
    assert "action" in answer.missing


def test_a_person_confirms_and_it_is_remembered(cast):
    gun = make.firearm(cast.alice)
    confirmed = category.confirm(gun, "b5", by=cast.alice)
    assert (confirmed.eu_category, confirmed.eu_confirmed_by) == ("b5", cast.alice)
    assert confirmed.eu_rule_version
    assert history.states(gun).first().values["eu_category"] == ""
    with pytest.raises(BadInput, match="A1 to C7"):
        category.confirm(gun, "z9", by=cast.alice)
    with pytest.raises(PermissionDenied):
        category.confirm(gun, "b5", by=cast.bob)
