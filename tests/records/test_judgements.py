"""Judgements of two records, and the dossiers that are computed from them."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from focalpoint.accounts.access import get_or_404, visible
from focalpoint.audit.queries import of_record
from focalpoint.records import actions, dossiers, history
from focalpoint.records.models import Firearm, SameObject
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
BECAUSE = {"reason": "Same number on the frame", "basis": "serial_and_make"}


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def guns(cast):
    return [make.firearm(cast.alice, serial=f"A 1234{n}") for n in range(4)]


def judge(cast, first, second, verdict="same", **over):
    return actions.judge_same(
        first, second, verdict, by=over.pop("by", cast.alice), **{**BECAUSE, **over}
    )


def stored():
    return dict(Firearm.objects.values_list("pk", "dossier"))


def test_without_judgements_every_record_is_a_dossier_of_one(guns):
    assert all(pk == dossier for pk, dossier in stored().items())


def test_two_records_judged_the_same_are_one_dossier_named_by_the_earlier(cast, guns):
    judge(cast, guns[2], guns[1])
    guns[2].refresh_from_db()
    assert guns[2].dossier == guns[1].pk
    assert dossiers.members(guns[2], cast.bob) == [guns[1], guns[2]]
    assert dossiers.members(guns[0], cast.bob) == [guns[0]]


def test_no_record_changes_by_a_judgement(cast, guns):
    before = list(Firearm.objects.order_by("pk").defer("dossier").values())
    for row in before:
        row.pop("dossier")
    judge(cast, guns[0], guns[1])
    after = list(Firearm.objects.order_by("pk").values())
    for row in after:
        row.pop("dossier")
    assert after == before
    assert not history.states(guns[0]).exists()


def test_a_judgement_says_who_when_why_and_of_which_versions(cast, guns):
    actions.change(guns[1], {"model": "M57"}, by=cast.alice)
    made = judge(cast, guns[1], guns[0], reason="  Seen under the microscope ")
    assert (made.first_id, made.second_id) == (guns[0].pk, guns[1].pk)
    assert (made.first_version, made.second_version) == (1, 2)
    assert (made.by, made.reason) == (cast.alice, "Seen under the microscope")


def test_both_records_tell_of_it_as_a_combination(cast, guns):
    made = judge(cast, guns[0], guns[1])
    actions.withdraw_same(made, "Wrong photograph", by=cast.alice)
    for gun in guns[:2]:
        events = of_record(gun)[:2]
        assert [event.action for event in events] == [
            "records.withdraw_same",
            "records.judge_same",
        ]
        assert {event.kind for event in events} == {"combination"}


@pytest.mark.parametrize(
    ("over", "message"),
    [
        ({"reason": " "}, "Say what you saw"),
        ({"basis": "a hunch"}, "rests on"),
        ({"verdict": "perhaps"}, "no judgement"),
    ],
)
def test_what_a_judgement_lacks_is_said(cast, guns, over, message):
    with pytest.raises(BadInput, match=message):
        judge(cast, guns[0], guns[1], **over)


def test_only_two_records_of_one_kind_of_thing(cast, guns):
    with pytest.raises(BadInput, match="itself"):
        judge(cast, guns[0], guns[0])
    with pytest.raises(BadInput, match="Only two"):
        judge(cast, guns[0], make.person(cast.alice))
    event = make.incident(cast.alice)
    with pytest.raises(BadInput, match="Only two"):
        judge(cast, event, make.incident(cast.alice))


def test_a_second_judgement_of_a_pair_is_refused_with_the_first(cast, guns):
    first = judge(cast, guns[0], guns[1])
    with pytest.raises(actions.AlreadyJudged) as refused:
        judge(cast, guns[1], guns[0], "different", by=cast.erin)
    assert refused.value.judgement == first
    assert SameObject.objects.count() == 1


def test_a_judgement_that_replaces_another_gives_way_to_it_when_withdrawn(cast, guns):
    first = judge(cast, guns[0], guns[1], "different")
    second = judge(cast, guns[0], guns[1], "same", replacing=first)
    assert stored()[guns[1].pk] == guns[0].pk
    assert dossiers.standing(guns[1].pk, guns[0].pk) == second
    actions.withdraw_same(second, "Not so", by=cast.alice)
    assert dossiers.standing(guns[0].pk, guns[1].pk) == first
    assert stored()[guns[1].pk] == guns[1].pk


def test_who_may_judge_and_withdraw(cast, guns):
    with pytest.raises(PermissionDenied):
        judge(cast, guns[0], guns[1], by=cast.bob)
    with pytest.raises(PermissionDenied):
        judge(cast, guns[0], guns[1], by=cast.charlie)
    made = judge(cast, guns[0], guns[1])
    other = people.person("anna", "analyst", cast.north)
    with pytest.raises(PermissionDenied):
        actions.withdraw_same(made, "Not mine", by=other)
    actions.withdraw_same(made, "Looked again", by=cast.erin)
    made.refresh_from_db()
    assert (made.stands, made.withdrawn_by) == (False, cast.erin)
    with pytest.raises(BadInput, match="does not stand"):
        actions.withdraw_same(made, "Twice", by=cast.erin)


def test_two_units_are_judged_by_somebody_with_the_right_in_both(cast, guns):
    abroad = make.firearm(cast.charlie)
    with pytest.raises(PermissionDenied):
        judge(cast, guns[0], abroad)
    regional = people.person("rita", "regional", cast.region)
    judge(cast, guns[0], abroad, by=regional)
    assert dossiers.members(abroad, regional) == [guns[0], abroad]


def test_a_reader_sees_the_members_they_may_see_and_no_other_identifier(cast, guns):
    regional = people.person("rita", "regional", cast.region)
    abroad = make.firearm(cast.charlie)
    made = judge(cast, guns[0], abroad, by=regional)
    abroad.refresh_from_db()
    assert abroad.dossier == guns[0].pk
    assert dossiers.members(abroad, cast.charlie) == [abroad]
    assert dossiers.shown_identifier(abroad, cast.charlie) == abroad.pk
    assert not dossiers.judgements(abroad, cast.charlie).exists()
    assert list(dossiers.judgements(abroad, regional)) == [made]
    for user, count in ((cast.charlie, 0), (cast.alice, 0), (regional, 1)):
        assert visible(SameObject.objects.all(), user).count() == count


def test_a_secret_member_is_hidden_from_those_without_the_right(cast, guns):
    secret = make.firearm(cast.alice, handling="h1")
    made = judge(cast, guns[0], secret)
    assert dossiers.members(guns[0], cast.bob) == [guns[0]]
    assert dossiers.members(guns[0], cast.alice) == [guns[0], secret]
    assert get_or_404(SameObject, made.pk, cast.alice) == made
    assert not visible(SameObject.objects.all(), cast.bob).exists()


def test_a_withdrawn_record_stays_in_its_dossier_and_says_so(cast, guns):
    judge(cast, guns[0], guns[1])
    actions.withdraw(guns[1], "Entered twice", by=cast.erin)
    told = dossiers.members(guns[0], cast.bob)
    assert [one.withdrawn_at is not None for one in told] == [False, True]
    actions.restore(guns[1], "Was right", by=cast.erin)
    assert [one.withdrawn_at for one in dossiers.members(guns[0], cast.bob)] == [
        None,
        None,
    ]


def test_a_contradiction_is_told_with_its_weakest_judgement(cast, guns):
    a, b, c, _d = guns
    judge(cast, a, b, basis="microscopy")
    weak = judge(cast, b, c, basis="serial_and_make", weight=3.0)
    assert dossiers.contradictions(cast.bob) == []
    apart = judge(cast, a, c, "different", basis="microscopy")
    [told] = dossiers.contradictions(cast.bob)
    assert (told.different, told.weakest) == (apart, weak)
    assert {one.basis for one in told.path} == {"microscopy", "serial_and_make"}
    assert dossiers.contradictions_of(dossiers.members(b, cast.bob)[0], cast.bob) == [
        told
    ]
    assert dossiers.contradictions(cast.charlie) == []
    actions.withdraw_same(weak, "Not the frame", by=cast.alice)
    assert dossiers.contradictions(cast.bob) == []


def test_what_a_judgement_would_do_is_told_before(cast, guns):
    a, b, c, d = guns
    judge(cast, a, b)
    apart = judge(cast, a, c, "different")
    fresh = {gun.pk: gun for gun in Firearm.objects.all()}
    told = dossiers.consequence(fresh[b.pk], fresh[c.pk], "same", cast.alice)
    assert told.members == (a, b, c)
    assert told.identifier == a.pk
    assert told.contradicts == (apart,)
    same = judge(cast, b, d)
    fresh = {gun.pk: gun for gun in Firearm.objects.all()}
    told = dossiers.consequence(fresh[a.pk], fresh[d.pk], "different", cast.alice)
    assert {one.pk for one in told.contradicts} >= {same.pk}
    assert len(told.contradicts) == 2
    other = dossiers.consequence(fresh[c.pk], fresh[d.pk], "different", cast.alice)
    assert other.contradicts == ()


def test_what_changed_since_a_version_is_named(cast, guns):
    gun = guns[0]
    assert history.changed_since(gun, 1) == []
    actions.change(gun, {"model": "M57", "serial": "B 1"}, by=cast.alice)
    gun = actions.change(gun, {"model": "M70"}, by=cast.alice)
    assert history.changed_since(gun, 1) == ["serial"]  # the model is as it was
    assert history.changed_since(gun, 2) == ["model"]


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("judge"),
            st.integers(0, 4),
            st.integers(0, 4),
            st.sampled_from(["same", "same", "different", "cannot_say"]),
        ),
        st.tuples(st.just("withdraw"), st.integers(0, 30), st.just(0), st.just("")),
    ),
    max_size=14,
)


@given(steps)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_order_of_judging_and_withdrawing_gives_what_fresh_computing_gives(
    cast_for_all, wanted
):
    cast, guns = cast_for_all
    model: dict[tuple[int, int], list[str]] = {}
    pairs = {}
    for what, one, other, verdict in wanted:
        if what == "judge" and one != other:
            pair = (min(one, other), max(one, other))
            former = dossiers.standing(guns[one].pk, guns[other].pk)
            made = judge(cast, guns[one], guns[other], verdict, replacing=former)
            model.setdefault(pair, []).append(verdict)
            pairs[made.pk] = pair
        elif what == "withdraw":
            rows = list(SameObject.objects.filter(stands=True).order_by("pk"))
            if rows:
                chosen = rows[one % len(rows)]
                actions.withdraw_same(chosen, "Taken back", by=cast.alice)
                model[pairs[chosen.pk]].pop()
        standing = {
            pairs[row.pk]: row.verdict for row in SameObject.objects.filter(stands=True)
        }
        assert standing == {pair: said[-1] for pair, said in model.items() if said}
        assert stored() == expected(guns, standing)
        assert [moved for _done, moved in dossiers.recompute("firearm")][-1] == 0
    for row in SameObject.objects.filter(stands=True):
        while row is not None and row.stands:
            actions.withdraw_same(row, "Everything back", by=cast.alice)
            row = dossiers.standing(row.first_id, row.second_id)
    assert stored() == {gun.pk: gun.pk for gun in guns}
    SameObject.objects.update(replaces=None)
    SameObject.objects.all().delete()


@pytest.fixture
def cast_for_all(cast):
    return cast, [make.firearm(cast.alice, serial=f"Z 777{n}") for n in range(5)]


def expected(guns, standing):
    """Paint records in the colour of the earliest until nothing changes."""
    colour = list(range(len(guns)))
    for _round in guns:
        for (one, other), verdict in standing.items():
            if verdict == "same":
                colour[one] = colour[other] = min(colour[one], colour[other])
    return {gun.pk: guns[colour[n]].pk for n, gun in enumerate(guns)}


def test_computing_anew_puts_a_wrong_column_right(cast, guns):
    judge(cast, guns[0], guns[1])
    Firearm.objects.filter(pk=guns[3].pk).update(dossier=guns[0].pk)
    assert list(dossiers.recompute("firearm"))[-1] == (4, 1)
    assert list(dossiers.recompute("firearm"))[-1] == (4, 0)
