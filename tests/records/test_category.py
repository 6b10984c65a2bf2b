"""The EU category of a record: what the rules are told, and who decides."""

import pytest
from django.core.exceptions import PermissionDenied

from focalpoint.records import category
from focalpoint.records.models import State
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
        ({"type": "pistol_sa", "calibre": "9x19", "capacity": 25}, "a7"),
        ({"type": "revolver", "calibre": "38_spl"}, "b1"),
        ({"type": "assault_rifle", "calibre": "762x39"}, "a2"),
        ({"type": "launcher_rocket", "calibre": ""}, "a1"),
        ({"type": "aas_alarm_signal", "calibre": "9pa"}, "outside"),
        ({"type": "air_gas_gun", "calibre": ""}, "outside"),
        ({"type": "antique", "calibre": ""}, "outside"),
        ({"type": "rifle_bolt", "calibre": "762x39"}, "c1"),
    ],
)
def test_what_a_record_says_gives_its_category(cast, values, expected):
    gun = make.firearm(cast.alice, **values)
    answer = category.suggest(gun)
    assert expected in (answer.category, *answer.possible)


def test_the_calibre_says_how_a_round_is_fired(cast):
    centre = make.firearm(cast.alice, type="pistol_sa", calibre="9x19")
    rim = make.firearm(cast.alice, type="pistol_sa", calibre="22lr")
    assert category.facts_of(centre).ignition == "centrefire"
    assert category.facts_of(rim).ignition == "rimfire"


def test_a_blank_firing_gun_stays_outside_until_it_is_converted(cast):
    made = make.firearm(cast.alice, type="aas_alarm_signal", calibre="9pa")
    converted = make.firearm(
        cast.alice,
        type="aas_alarm_signal",
        calibre="9pa",
        origin_class="converted_aas",
    )
    assert category.facts_of(made).blank_firing is True
    assert category.facts_of(converted).blank_firing is False
    assert category.suggest(converted).category != "outside"


def test_what_is_missing_is_named(cast):
    gun = make.firearm(cast.alice, type="rifle", action="semi_auto", calibre="")
    answer = category.suggest(gun)
    assert answer.category is None
    assert "ignition" in answer.missing


def test_a_person_decides_and_the_former_value_is_kept(cast):
    gun = make.firearm(cast.alice)
    with pytest.raises(PermissionDenied):
        category.confirm(gun, "b5", by=cast.bob)
    with pytest.raises(BadInput, match="A1 to C7"):
        category.confirm(gun, "z9", by=cast.alice)
    done = category.confirm(gun, "b5", by=cast.alice)
    assert (done.eu_category, done.eu_confirmed_by) == ("b5", cast.alice)
    assert done.eu_rule_version
    assert State.objects.get(record=gun.pk).values["eu_category"] == ""
