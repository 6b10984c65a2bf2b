"""Leads: raised by machines, never twice; judged by people, once; all undone."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from focalpoint.accounts.access import SYSTEM, RestrictionUnread
from focalpoint.accounts.actions import confirm_restriction, revoke, suspend
from focalpoint.audit import context
from focalpoint.audit.queries import of_record
from focalpoint.leads import actions, queries, raising, suggesting
from focalpoint.leads.models import Judgement, Lead
from focalpoint.records import actions as records
from focalpoint.records import dossiers
from focalpoint.records.models import Firearm, Link, SameObject
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
BECAUSE = {"reason": "Both frames read 12345", "basis": "serial_and_make"}
EVIDENCE = [
    {"code": "serial.equal", "weight": 9.6, "params": {"a": "A12345", "b": "A12345"}},
    {"code": "model.differs", "weight": -2.0, "params": {"a": "m70", "b": "m57"}},
]


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def regional(cast):
    return people.person("rita", "regional", cast.region)


def suggestion(first, second, **over):
    given = {
        "kind": "identity",
        "engine": "resolution",
        "engine_version": "1",
        "weight": 7.6,
        "probability": 0.99,
        "proposal": "same",
        "relation": "same",
        "evidence": EVIDENCE,
        **over,
    }
    return suggesting.Suggestion(first=first, second=second, **given)


def raise_one(first, second, **over):
    raising.raise_many([suggestion(first, second, **over)], by=SYSTEM)
    key = suggesting.pair_key(over.get("kind", "identity"), first.pk, second.pk)
    return Lead.objects.get(key=key)


@pytest.fixture
def pair(cast):
    stolen = make.firearm(cast.alice, kind="stolen", event_date="2011-03-03")
    return stolen, make.firearm(cast.alice)


@pytest.fixture
def lead(pair):
    return raise_one(*pair)


# ---- raising


def test_a_lead_carries_what_is_proposed_and_why(cast, pair, lead):
    older, newer = pair
    assert (lead.first_id, lead.second_id) == (newer.pk, older.pk)
    assert (lead.proposal, lead.relation, lead.status) == ("same", "same", "open")
    assert lead.evidence == EVIDENCE
    assert (lead.engine, lead.engine_version) == ("resolution", "1")
    assert lead.reference.startswith("RS-LD-")
    assert {one["code"] for one in lead.triage_reasons} == {
        "weight",
        "reported_and_recovered",
    }
    assert lead.triage == sum(one["points"] for one in lead.triage_reasons)
    [event] = of_record(lead)
    assert (event.action, event.kind) == ("leads.raise", "combination")


def test_the_same_suggestion_twice_is_one_lead(pair, lead):
    outcome = raising.raise_many(
        [suggestion(*pair), suggestion(pair[1], pair[0])], by=SYSTEM
    )
    assert (outcome.raised, outcome.unchanged) == ((), 1)
    assert Lead.objects.count() == 1
    lead_again = Lead.objects.get()
    assert lead_again.version == lead.version


def test_a_newer_engine_brings_an_open_lead_up_to_date(pair, lead):
    outcome = raising.raise_many(
        [suggestion(*pair, engine_version="2", weight=9.0)], by=SYSTEM
    )
    assert outcome.updated == (lead.pk,)
    now = Lead.objects.get()
    assert (now.engine_version, now.weight) == ("2", 9.0)
    assert (now.reference, now.version) == (lead.reference, lead.version + 1)


def test_people_do_not_raise_leads(cast, pair):
    for person in (cast.alice, cast.erin):
        with pytest.raises(PermissionDenied):
            raising.raise_many([suggestion(*pair)], by=person)


def test_two_countries_and_a_report_come_first(cast, pair, lead):
    abroad = make.firearm(cast.charlie, kind="lost")
    crossing = raise_one(pair[1], abroad)
    assert crossing.triage > lead.triage
    [reason] = [r for r in crossing.triage_reasons if r["code"] == "cross_border"]
    assert set(reason["params"].values()) == {"rs", "al"}
    weak = raise_one(pair[0], make.firearm(cast.alice), weight=1.0)
    assert crossing.due_at < weak.due_at


# ---- who sees


def test_a_lead_is_seen_with_both_records_only(cast, regional, pair):
    abroad = make.firearm(cast.charlie)
    crossing = raise_one(pair[0], abroad)
    within = raise_one(*pair)
    assert queries.lead_or_404(crossing.pk, regional) == crossing
    for user in (cast.alice, cast.charlie, cast.erin):
        with pytest.raises(Http404):
            queries.lead_or_404(crossing.pk, user)
    assert queries.counts(cast.alice)["open"] == 1
    assert queries.counts(cast.charlie)["open"] == 0
    assert queries.counts(regional)["open"] == 2
    assert [row.lead for row in queries.inbox(cast.alice).rows] == [within]
    assert queries.inbox(cast.charlie).total == 0


def test_a_reader_without_the_right_sees_no_leads(cast, lead):
    for user in (cast.bob, cast.greta, cast.hana, cast.frank):
        with pytest.raises(Http404):
            queries.lead_or_404(lead.pk, user)
        assert queries.counts(user)["open"] == 0


@pytest.mark.parametrize("handling", ["h1", "h2", "h1+h2"])
def test_a_secret_record_hides_its_leads_and_their_count(cast, pair, handling):
    secret = make.firearm(cast.alice, handling=handling)
    lead = raise_one(pair[0], secret)
    regional = people.person("rita", "regional", cast.region)
    assert queries.counts(cast.alice)["open"] == 1
    assert queries.counts(regional)["open"] == 0
    with pytest.raises(Http404):
        queries.lead_or_404(lead.pk, regional)
    assert queries.of_record(pair[0], regional) == []
    assert queries.rivals(raise_one(*pair), regional) == []


def test_h3_is_read_before_it_is_judged(cast, pair):
    closed = make.firearm(cast.alice, handling="h3", handling_note="Ask Tirana first")
    lead = raise_one(pair[0], closed)
    told = queries.show(lead, cast.alice)
    assert told.closed == {closed.pk}
    with pytest.raises(RestrictionUnread):
        actions.judge(lead, "same", by=cast.alice, **BECAUSE)
    confirm_restriction(closed, by=cast.alice)
    assert not queries.show(lead, cast.alice).is_closed
    actions.judge(lead, "same", by=cast.alice, **BECAUSE)


def test_leads_on_persons_need_a_purpose_and_the_right(cast):
    people_found = [make.person(cast.alice), make.person(cast.alice)]
    lead = raise_one(*people_found)
    assert queries.counts(cast.alice)["open"] == 0
    with context.stated("analysis"):
        assert queries.counts(cast.alice)["open"] == 1
        assert queries.counts(cast.dana)["open"] == 0
        with pytest.raises(Http404):
            queries.lead_or_404(lead.pk, cast.dana)


def test_a_victim_beside_a_suspect_asks_for_the_right_in_both_units(cast):
    victim = make.person(cast.alice, led_category="victim")
    suspect = make.person(cast.charlie, led_category="suspect")
    lead = raise_one(victim, suspect)
    both = people.person("vera", "analyst", cast.region)
    half = people.person("ron", "analyst", cast.north)
    from focalpoint.accounts.actions import grant

    grant(half, "registry", cast.south, by=SYSTEM)  # persons there, victims not
    with context.stated("analysis"):
        assert queries.counts(both)["open"] == 1
        assert queries.counts(half)["open"] == 0
        with pytest.raises(Http404):
            queries.lead_or_404(lead.pk, half)


# ---- judging


def test_a_judgement_is_carried_out_and_remembered(cast, pair, lead):
    made = actions.judge(lead, "same", by=cast.alice, **BECAUSE)
    same = SameObject.objects.get()
    assert (made.same, same.lead, same.weight) == (same, lead.pk, 7.6)
    assert dossiers.members(pair[1], cast.alice) == list(pair)
    lead.refresh_from_db()
    assert lead.status == "judged"
    assert (made.agreed, made.engine_version) == (True, "1")
    actions_told = {event.action for event in of_record(lead)}
    assert actions_told == {"leads.raise", "leads.judge"}


@pytest.mark.parametrize(
    ("relation", "verdict", "agreed"),
    [
        ("same", "same", True),
        ("same", "different", False),
        ("same", "cannot_say", None),
        ("clone", "different", True),
        ("clone", "same", False),
        ("lot", "different", True),
    ],
)
def test_whether_the_engine_was_right(cast, pair, relation, verdict, agreed):
    lead = raise_one(*pair, relation=relation, noted=relation != "same")
    actions.judge(lead, verdict, by=cast.alice, **BECAUSE)
    [row] = queries.track_record(cast.alice)
    numbers = (row.right, row.wrong, row.unsure)
    assert numbers == (agreed is True, agreed is False, agreed is None)
    assert row.share == (None if agreed is None else float(agreed))
    [told] = queries.ledger(cast.alice)
    assert (told.by, told.verdict, told.relation) == (cast.alice, verdict, relation)
    assert not queries.ledger(cast.charlie).exists()
    assert queries.track_record(cast.charlie) == []


def test_two_people_at_one_moment_the_second_sees_the_first(cast, lead):
    erins_copy = Lead.objects.get(pk=lead.pk)
    first = actions.judge(lead, "same", by=cast.alice, **BECAUSE)
    with pytest.raises(actions.Conflict) as refused:
        actions.judge(erins_copy, "different", by=cast.erin, **BECAUSE)
    assert refused.value.judgement == first
    assert Judgement.objects.count() == SameObject.objects.count() == 1


def test_a_lead_that_changed_while_it_was_read_is_a_conflict(cast, pair, lead):
    raising.raise_many([suggestion(*pair, weight=2.0)], by=SYSTEM)
    with pytest.raises(actions.Conflict):
        actions.judge(lead, "same", by=cast.alice, version=lead.version, **BECAUSE)


def test_a_pair_judged_without_its_lead_is_a_conflict_with_that_judgement(
    cast, pair, lead
):
    records.judge_same(*pair, "different", by=cast.erin, **BECAUSE)
    with pytest.raises(records.AlreadyJudged):
        actions.judge(lead, "same", by=cast.alice, **BECAUSE)
    lead.refresh_from_db()
    assert lead.status == "open"


def test_judging_two_records_settles_their_lead(cast, pair, lead):
    made = actions.judge_records(*pair, "same", by=cast.alice, **BECAUSE)
    lead.refresh_from_db()
    assert (lead.status, Judgement.objects.get().same) == ("judged", made)
    actions.withdraw_records(made, "Looked again", by=cast.alice)
    lead.refresh_from_db()
    assert lead.status == "open"


@pytest.mark.parametrize(
    ("over", "message"),
    [({"reason": ""}, "Say what you saw"), ({"basis": ""}, "rests on")],
)
def test_a_judgement_needs_reason_and_basis(cast, lead, over, message):
    with pytest.raises(BadInput, match=message):
        actions.judge(lead, "same", by=cast.alice, **{**BECAUSE, **over})
    with pytest.raises(BadInput, match="cannot be judged"):
        actions.judge(lead, "confirmed", by=cast.alice, **BECAUSE)


def test_who_may_judge(cast, lead):
    for person in (cast.bob, cast.greta, cast.frank, cast.charlie):
        with pytest.raises(PermissionDenied):
            actions.judge(lead, "same", by=person, **BECAUSE)
    actions.judge(lead, "same", by=cast.erin, **BECAUSE)


def test_a_withdrawal_puts_lead_and_dossiers_back(cast, pair, lead):
    actions.assign(lead, cast.alice, by=cast.alice)
    lead.refresh_from_db()
    made = actions.judge(lead, "same", by=cast.alice, **BECAUSE)
    actions.withdraw(made, "The frame is another one", by=cast.erin)
    lead.refresh_from_db()
    assert (lead.status, lead.assigned_to) == ("open", cast.alice)
    assert dossiers.members(pair[1], cast.alice) == [pair[1]]
    [row] = queries.track_record(cast.alice)
    assert (row.judged, row.withdrawn, row.waiting) == (0, 1, 1)
    with pytest.raises(BadInput, match="does not stand"):
        actions.withdraw(made, "Twice", by=cast.erin)
    again = actions.judge(lead, "different", by=cast.alice, **BECAUSE)
    assert queries.judgements(lead)[0] == again
    assert [one.what for one in queries.history(lead)] == [
        "raised",
        "judged",
        "withdrawn",
        "judged",
    ]


def test_of_a_withdrawn_record_a_judgement_is_withdrawn_and_asks_nobody(
    cast, pair, lead
):
    made = actions.judge(lead, "same", by=cast.alice, **BECAUSE)
    records.withdraw(pair[1], "Entered twice", by=cast.erin)
    assert Judgement.objects.get().stands  # the record stays in its dossier
    actions.withdraw(made, "Entered twice", by=cast.alice)
    now = Lead.objects.get()
    assert (now.status, now.lapsed_because) == ("lapsed", "record_withdrawn")
    assert dossiers.shown_identifier(
        Firearm.objects.get(pk=pair[1].pk), cast.alice
    ) == (pair[1].pk)
    records.restore(Firearm.objects.get(pk=pair[1].pk), "It counts", by=cast.erin)
    raising.raise_many([suggestion(*pair)], by=SYSTEM)
    assert Lead.objects.get().status == "open"


def test_only_the_author_or_a_head_withdraws(cast, lead):
    made = actions.judge(lead, "same", by=cast.erin, **BECAUSE)
    with pytest.raises(PermissionDenied):
        actions.withdraw(made, "Not mine", by=cast.alice)


def test_a_link_is_made_where_one_was_proposed(cast, pair):
    lead = raise_one(*pair, kind="ballistic", proposal="link", link_type="same_mo")
    with pytest.raises(BadInput):
        actions.judge(lead, "same", by=cast.erin, reason="Seen")
    made = actions.judge(lead, "confirmed", by=cast.erin, reason="Seen")
    link = Link.objects.get()
    assert (link.type, link.strength, made.link) == ("same_mo", "confirmed", link.pk)
    actions.withdraw(made, "Not seen", by=cast.erin)
    link.refresh_from_db()
    assert link.withdrawn_at is not None


# ---- asked again


def test_a_judged_pair_is_not_asked_again(cast, pair, lead):
    actions.judge(lead, "different", by=cast.alice, **BECAUSE)
    outcome = raising.raise_many([suggestion(*pair, weight=12.0)], by=SYSTEM)
    assert (outcome.raised, outcome.reopened) == ((), ())
    assert queries.counts(cast.alice)["open"] == 0


def test_it_is_asked_again_when_a_record_changed_and_says_what(cast, pair, lead):
    former = actions.judge(lead, "different", by=cast.alice, **BECAUSE)
    changed = {
        "first": ["serial"],
        "second": [],
        "judgement": str(former.same.pk),
        "verdict": "different",
    }
    outcome = raising.raise_many([suggestion(*pair, changed=changed)], by=SYSTEM)
    assert outcome.reopened == (lead.pk,)
    again = raising.raise_many([suggestion(*pair, changed=changed)], by=SYSTEM)
    assert again.reopened == ()
    lead.refresh_from_db()
    assert lead.changed["first"] == ["serial"]
    assert "changed" in {reason["code"] for reason in lead.triage_reasons}
    later = actions.judge(lead, "same", by=cast.erin, **BECAUSE)
    assert later.same.replaces == former.same
    assert dossiers.members(pair[0], cast.alice) == list(pair)
    actions.withdraw(later, "Too quick", by=cast.erin)
    lead.refresh_from_db()
    assert (lead.status, lead.changed) == ("open", changed)
    assert lead.standing == former
    assert dossiers.standing(pair[0].pk, pair[1].pk) == former.same


def test_a_lead_that_no_longer_holds_lapses_and_may_come_back(cast, pair, lead):
    assert raising.lapse([lead], "not_suggested", by=SYSTEM) == 1
    assert queries.counts(cast.alice)["open"] == 0
    outcome = raising.raise_many([suggestion(*pair)], by=SYSTEM)
    assert outcome.reopened == (lead.pk,)


# ---- assigning


def test_whoever_may_judge_takes_a_lead_and_gives_it_back(cast, lead):
    lead = actions.assign(lead, cast.alice, by=cast.alice)
    assert queries.counts(cast.alice) == {"open": 1, "mine": 1, "late": 0}
    mine = queries.Wanted(whose="mine")
    assert queries.inbox(cast.alice, mine).total == 1
    assert queries.inbox(cast.erin, queries.Wanted(whose="others")).total == 1
    lead = actions.assign(lead, None, by=cast.alice)
    assert queries.inbox(cast.erin, queries.Wanted(whose="nobody")).total == 1


def test_giving_a_lead_to_somebody_else_is_for_heads(cast, lead):
    with pytest.raises(PermissionDenied):
        actions.assign(lead, cast.erin, by=cast.alice)
    actions.assign(lead, cast.alice, by=cast.erin)


@pytest.mark.parametrize("name", ["bob", "charlie", "frank"])
def test_a_lead_goes_to_nobody_who_cannot_judge_it(cast, lead, name):
    with pytest.raises(BadInput, match="choose somebody else"):
        actions.assign(lead, getattr(cast, name), by=cast.erin)


@pytest.mark.parametrize("how", ["suspended", "revoked", "expired"])
def test_leads_of_a_person_whose_access_ends_return_to_the_inbox(cast, lead, how):
    frieda = people.person("frieda", "administrator", cast.region)
    lead = actions.assign(lead, cast.alice, by=cast.erin)
    if how == "suspended":
        suspend(cast.alice, by=frieda)
    elif how == "revoked":
        revoke(cast.alice.memberships.get(), by=frieda)
    else:
        cast.alice.memberships.update(valid_until="2020-01-01")
    nobody = queries.Wanted(whose="nobody")
    assert queries.inbox(cast.erin, nobody).total == 1  # at once, before any run
    assert queries.show(lead, cast.erin).assigned_to is None
    assert raising.return_unreachable(by=SYSTEM) == 1
    lead.refresh_from_db()
    assert lead.assigned_to is None
    assert raising.return_unreachable(by=SYSTEM) == 0


def test_a_lead_whose_record_became_secret_leaves_its_person(cast, pair, lead):
    dana = people.person("dan", "examiner", cast.north)
    lead = actions.assign(lead, dana, by=cast.erin)
    records.change(pair[0], {"handling": "h3", "handling_note": "Ask"}, by=cast.erin)
    assert raising.return_unreachable(by=SYSTEM) == 1


# ---- ordering, retention


def test_leads_rise_while_they_wait(cast, lead):
    Lead.objects.update(raised_at="2025-01-01T00:00:00Z")
    assert raising.set_triage_anew(by=SYSTEM) == (1, lead.pk)
    assert raising.set_triage_anew(by=SYSTEM, after=lead.pk) == (0, None)
    now = Lead.objects.get()
    assert now.triage == pytest.approx(lead.triage + 7)
    assert now.version == lead.version  # whoever reads it may still judge it
    assert raising.set_triage_anew(by=SYSTEM)[0] == 0


def test_what_erasure_takes_a_lead_does_not_keep(cast, pair, lead):
    assert raising.forget([pair[0].pk], by=cast.erin) == 1
    now = Lead.objects.get()
    assert (now.evidence, now.status, now.lapsed_because) == ([], "lapsed", "erased")
    with pytest.raises(PermissionDenied):
        raising.forget([pair[0].pk], by=cast.alice)


def test_lapsed_leads_are_forgotten_after_a_year_judged_ones_never(cast, pair, lead):
    third = make.firearm(cast.alice, serial="A 1")
    judged = raise_one(pair[0], third)
    actions.judge(judged, "different", by=cast.alice, **BECAUSE)
    raising.lapse([lead], "not_suggested", by=SYSTEM)
    assert raising.forget_lapsed(by=SYSTEM) == 0
    Lead.objects.update(updated_at="2024-01-01T00:00:00Z")
    assert raising.forget_lapsed(by=SYSTEM) == 1
    assert list(Lead.objects.all()) == [judged]


def test_the_next_lead_follows_and_the_last_is_followed_by_the_first(cast, pair):
    third = make.firearm(cast.alice, serial="A 1")
    strong = raise_one(*pair, weight=15.0)
    weak = raise_one(pair[0], third, weight=3.0)
    wanted = queries.Wanted(order="weight")
    assert queries.following(cast.alice, wanted) == strong
    assert queries.following(cast.alice, wanted, strong.pk) == weak
    assert queries.following(cast.alice, wanted, weak.pk) == strong
    assert queries.following(cast.charlie, wanted) is None


def test_clones_warn_on_the_dossier_and_ask_nobody(cast, pair):
    clone = make.firearm(cast.alice, model="M57", calibre="762x25")
    lead = raise_one(pair[0], clone, relation="clone", proposal="none", noted=True)
    assert queries.counts(cast.alice)["open"] == 0
    assert [one.lead for one in queries.warnings([pair[0]], cast.alice)] == [lead]
    assert queries.warnings([pair[0], clone], cast.alice) == []
    assert queries.warnings([pair[0]], cast.charlie) == []


def test_what_judging_would_do_is_told(cast, pair, lead):
    told = queries.consequences(lead, cast.alice)
    assert told["same"].members == pair
    assert told["different"].contradicts == ()
    assert Firearm.objects.filter(dossier=pair[0].pk).count() == 1
