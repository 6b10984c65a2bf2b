"""Custody, checklist, disposal: two people, one ledger, every item closed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from focalpoint.records import actions, checklist, custody, disposal
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def exhibit(cast):
    gun = make.firearm(cast.alice)
    return make.record("exhibit", cast.alice, firearm=gun, seal="S1", state="sealed")


def hand_over(exhibit, by, **over):
    row = {
        "giver": "Officer One",
        "receiver": "Officer Two",
        "place": "Store 1",
        "reason": "storage",
        "seal_found": "S1",
        **over,
    }
    return custody.hand_over(exhibit, by=by, **row)


def test_a_hand_over_adds_a_row_and_moves_the_exhibit(cast, exhibit):
    step = hand_over(exhibit, cast.alice, seal_left="S2")
    exhibit.refresh_from_db()
    assert (step.number, exhibit.state, exhibit.seal) == (1, "in_store", "S2")
    assert exhibit.storage_place == "Store 1"


@pytest.mark.parametrize(
    ("over", "message"),
    [
        ({"receiver": " officer one "}, "two people"),
        ({"receiver": ""}, "both people"),
        ({"place": " "}, "place"),
        ({"reason": "because"}, "reason"),
        ({"at": "early"}, "before the one before"),
    ],
)
def test_an_incomplete_hand_over_is_refused(cast, exhibit, over, message):
    hand_over(exhibit, cast.alice)
    if over.get("at") == "early":
        over = {"at": timezone.now() - timedelta(days=1)}
    with pytest.raises(BadInput, match=message):
        hand_over(exhibit, cast.alice, **over)
    assert exhibit.steps.count() == 1


@pytest.mark.parametrize("over", [{"seal_found": "S9"}, {"count_agrees": False}])
def test_a_break_blocks_until_the_head_explains_it(cast, exhibit, over):
    assert hand_over(exhibit, cast.alice, **over).is_break
    with pytest.raises(BadInput, match="cannot move"):
        hand_over(exhibit, cast.alice)
    with pytest.raises(PermissionDenied):
        custody.settle_break(exhibit, "typing error", by=cast.alice)
    custody.settle_break(exhibit, "typing error, photograph shows S1", by=cast.erin)
    exhibit.refresh_from_db()
    assert exhibit.state == "in_store"
    assert [step.is_break for step in exhibit.steps.all()] == [True, False]


def test_bob_may_not_hand_over(cast, exhibit):
    with pytest.raises(PermissionDenied):
        hand_over(exhibit, cast.bob)


def test_nine_steps_with_times_done_or_waived_with_a_reason(cast):
    gun = make.firearm(cast.alice)
    steps = checklist.open_checklist(gun, by=cast.alice)
    assert len(steps) == 9
    assert checklist.open_checklist(gun, by=cast.alice) == []
    with pytest.raises(BadInput, match="why"):
        checklist.settle(steps[0], "waived", by=cast.alice)
    checklist.settle(steps[0], "waived", "no registry there", by=cast.alice)
    checklist.settle(steps[1], "done", by=cast.alice)
    states = dict(gun.steps.values_list("step", "state"))
    assert states["registry_search"] == "waived"
    assert states["iarms"] == "done"
    with pytest.raises(PermissionDenied):
        checklist.settle(steps[2], "done", by=cast.bob)


def test_a_disposal_closes_every_ledger(cast, exhibit):
    hand_over(exhibit, cast.alice)
    listed = make.record(
        "disposal",
        cast.erin,
        number="D-1",
        method="melting",
        witness="Judge",
        place="Smelter",
        commission=[{"name": name, "office": "FFP"} for name in ("A", "B", "C")],
    )
    disposal.set_items(listed, [exhibit], by=cast.erin)
    disposal.carry_out(listed, "2026-05-04", by=cast.erin)
    exhibit.refresh_from_db()
    exhibit.firearm.refresh_from_db()
    assert exhibit.state == "destroyed"
    assert exhibit.firearm.disposition == "destroyed"
    assert exhibit.firearm.disposition_date == "2026-05-04"
    with pytest.raises(BadInput, match="closed"):
        hand_over(exhibit, cast.alice)
    with pytest.raises(BadInput, match="already"):
        disposal.carry_out(listed, "2026-05-05", by=cast.erin)


@pytest.mark.parametrize("missing", ["commission", "witness", "method"])
def test_a_disposal_without_its_people_does_not_happen(cast, exhibit, missing):
    values = {
        "number": "D-1",
        "method": "melting",
        "witness": "Judge",
        "commission": [{"name": name} for name in "ABC"],
    }
    values[missing] = [] if missing == "commission" else ""
    listed = make.record("disposal", cast.erin, **values)
    disposal.set_items(listed, [exhibit], by=cast.erin)
    with pytest.raises(BadInput):
        disposal.carry_out(listed, "2026-05-04", by=cast.erin)
    exhibit.refresh_from_db()
    assert exhibit.state == "sealed"


def test_alice_may_not_dispose(cast, exhibit):
    listed = make.record("disposal", cast.erin, number="D-1")
    with pytest.raises(PermissionDenied):
        disposal.set_items(listed, [exhibit], by=cast.alice)


def test_ledger_rows_are_never_changed_by_correcting_the_exhibit(cast, exhibit):
    hand_over(exhibit, cast.alice)
    actions.change(exhibit, {"description": "Pistol, black"}, by=cast.alice)
    assert exhibit.steps.count() == 1
