"""The inbox, the judging page, the ledger, contradictions: and who is told of what."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from focalpoint.accounts.access import SYSTEM
from focalpoint.audit import queries as trail
from focalpoint.leads import raising, suggesting
from focalpoint.leads.models import Judgement, Lead
from focalpoint.records import actions as records
from focalpoint.records.models import Firearm, SameObject
from focalpoint.web.tables import address
from tests import cast, make

BECAUSE = {"reason": "Both frames read 12345", "basis": "serial_and_make"}
EVIDENCE = [
    {"code": "serial.equal", "weight": 9.6, "params": {"normal": "A12345"}},
    {"code": "model.differs", "weight": -2.0, "params": {"a": "m70", "b": "m57"}},
]


@pytest.fixture
def rita(people):
    return cast.person("rita", "regional", people.region)


@pytest.fixture
def pair(people):
    """A gun stolen in North and recovered in South."""
    stolen = make.firearm(people.alice, kind="stolen", event_date="2011-03-03")
    found = make.firearm(people.charlie, serial="A I2345", event_date="2026-11-14")
    return stolen, found


def raised(first, second, **over):
    given = {
        "kind": "identity",
        "engine": "resolution",
        "engine_version": "test 1",
        "weight": 7.6,
        "probability": 0.99,
        "proposal": "same",
        "relation": "same",
        "evidence": EVIDENCE,
        **over,
    }
    suggestion = suggesting.Suggestion(first=first, second=second, **given)
    raising.raise_many([suggestion], by=SYSTEM)
    return Lead.objects.get(key=suggesting.pair_key("identity", first.pk, second.pk))


@pytest.fixture
def lead(pair):
    return raised(*pair)


def text(client, name, *arguments, query=""):
    answer = client.get(reverse(name, args=arguments) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def judged(client, lead, verdict="same", **over):
    values = {"verdict": verdict, "version": lead.version, **BECAUSE, **over}
    return client.post(reverse("lead_judge", args=[lead.pk]), values)


# ---- the inbox


def test_the_inbox_shows_what_where_how_strong_and_why_here(rita, sign_in, lead):
    shown = text(sign_in(rita), "leads")
    assert lead.reference in shown
    assert "Albania – Serbia" in shown
    assert "+7.6" in shown
    assert "neither sees it alone" in shown
    assert "One record looks for a gun, the other has one." in shown
    assert 'class="chip lead"' in shown and 'class="chip hit"' not in shown


def test_who_sees_one_of_the_records_only_is_not_told_of_the_lead(
    people, sign_in, lead
):
    for user in (people.alice, people.charlie, people.bob):
        client = sign_in(user)
        assert client.get(reverse("lead", args=[lead.pk])).status_code in (403, 404)
    assert lead.reference not in text(sign_in(people.alice), "leads")
    assert "0 to judge" in text(sign_in(people.alice), "leads")
    assert sign_in(people.frank).get(reverse("leads")).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=identity", True),
        ("?kind=ballistic", False),
        ("?relation=clone", False),
        ("?jurisdiction=al", True),
        ("?jurisdiction=md", False),
        ("?whose=mine", False),
        ("?whose=nobody", True),
        ("?weight=10", False),
        ("?weight=5", True),
        ("?late=1", False),
        ("?status=judged", False),
        ("?record_type=person", False),
        ("?order=due", True),
        ("?status=nonsense&order=nonsense&batch=nonsense&weight=x&page=x", True),
    ],
)
def test_filters_narrow_and_nonsense_is_left_out(rita, sign_in, lead, query, found):
    shown = text(sign_in(rita), "leads", query=query)
    assert (lead.reference in shown) is found


def test_a_late_lead_says_so_in_words(rita, sign_in, lead):
    Lead.objects.update(due_at=timezone.now() - timedelta(hours=5))
    shown = text(sign_in(rita), "leads", query="?late=1")
    assert "5 h late" in shown and "1 late" in shown


def test_ticked_leads_are_taken_and_given_back(rita, sign_in, lead):
    client = sign_in(rita)
    for to, holder in (("me", rita), ("nobody", None)):
        client.post(reverse("leads_assign"), {"lead": [lead.pk], "to": to})
        lead.refresh_from_db()
        assert lead.assigned_to == holder
    client.post(reverse("leads_assign"), {"to": "me"})
    assert "Tick the leads first." in text(client, "leads")


def test_only_who_may_gives_leads_to_others_and_only_to_judges(people, sign_in):
    lead = raised(make.firearm(people.alice), make.firearm(people.alice))
    give = {"lead": [lead.pk], "to": "person", "person": people.alice.pk}
    assert sign_in(people.alice).post(reverse("leads_assign"), give).status_code == 404
    head = sign_in(people.erin)
    assert 'value="bob"' not in text(head, "leads")
    head.post(reverse("leads_assign"), give)
    lead.refresh_from_db()
    assert lead.assigned_to == people.alice
    bob = {**give, "person": people.bob.pk}
    assert head.post(reverse("leads_assign"), bob).status_code == 404
    due = {"to": "person", "person": people.alice.pk, "due": "2030-01-31"}
    head.post(reverse("lead_assign", args=[lead.pk]), due)
    lead.refresh_from_db()
    assert timezone.localtime(lead.due_at).date().isoformat() == "2030-01-31"


def test_the_inbox_costs_the_same_however_many_leads_it_shows(people, sign_in):
    client = sign_in(people.alice)

    def asked():
        with CaptureQueriesContext(connection) as found:
            text(client, "leads")
        return len(found)

    raised(make.firearm(people.alice), make.firearm(people.alice))
    asked()
    few = asked()
    for _number in range(6):
        raised(make.firearm(people.alice), make.firearm(people.alice))
    assert asked() <= few


# ---- the judging page


def test_both_records_stand_side_by_side_with_every_difference(rita, sign_in, lead):
    shown = text(sign_in(rita), "lead", lead.pk)
    assert "Lead, not confirmed. A machine suggests; a person decides." in shown
    assert '<span class="dbt">I' in shown and '<span class="dbt">1' in shown
    assert "The models differ: M70 and M57." in shown
    assert shown.index("Speaks for") < shown.index("Speaks against")
    for verdict, keys in (("same", "s 1"), ("different", "d 2"), ("cannot_say", "u 3")):
        assert re.search(f'value="{verdict}"[^>]*data-key="{keys}"', shown)
    assert " checked" not in shown[shown.index('class="judge"') :]
    assert "two dossiers are shown as one of 2 records" in shown


def test_a_judgement_is_recorded_and_the_next_lead_opens(people, rita, sign_in, lead):
    other = raised(make.firearm(people.alice), make.firearm(people.charlie), weight=1.0)
    client = sign_in(rita)
    answer = judged(client, lead)
    assert answer.headers["Location"] == reverse("lead", args=[other.pk])
    shown = client.get(answer.headers["Location"]).content.decode()
    assert f"{lead.reference} is recorded: same. It can be withdrawn." in shown
    assert SameObject.objects.get().verdict == "same"
    assert len(set(Firearm.objects.values_list("dossier", flat=True))) == 3
    settled = text(client, "lead", lead.pk)
    assert 'class="chip hit"' in settled and "Confirmed: same" in settled
    assert "Lead, not confirmed" not in settled
    assert (
        judged(client, other, then="stay").headers["Location"].endswith(str(other.pk))
    )


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("verdict", "Choose same, different or unsure."),
        ("basis", "Choose what the judgement rests on."),
        ("reason", "Say what you saw."),
    ],
)
def test_nothing_is_written_before_all_is_said(rita, sign_in, lead, missing, words):
    answer = judged(sign_in(rita), lead, **{missing: ""})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Judgement.objects.exists()


def test_who_comes_second_reads_what_the_first_judged(people, rita, sign_in, lead):
    second = cast.person("sara", "regional", people.region)
    judged(sign_in(rita), lead, "different")
    answer = judged(sign_in(second), lead, "same", reason="I saw it too")
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else was quicker" in shown
    assert f"Rita judged {lead.reference}" in shown
    assert "Nothing of yours is stored" in shown
    assert "I saw it too" in shown
    assert "Judged different" in shown and "Rita" in shown
    assert SameObject.objects.get().verdict == "different"


def test_two_who_judged_the_records_themselves_meet_too(
    people, rita, sign_in, pair, lead
):
    records.judge_same(*pair, "different", by=rita, **BECAUSE)
    answer = judged(sign_in(rita), lead)
    assert answer.status_code == 409
    assert "judged in the meantime" in answer.content.decode()


def test_a_judgement_is_withdrawn_and_all_is_as_it_was(people, rita, sign_in, lead):
    client = sign_in(rita)
    before = list(Firearm.objects.order_by("pk").values_list("pk", "dossier"))
    judged(client, lead)
    done = Judgement.objects.get()
    address_of = reverse("judgement_withdraw", args=[done.pk])
    assert sign_in(people.alice).post(address_of, {"reason": "x"}).status_code == 404
    client.post(address_of, {"reason": ""})
    assert Lead.objects.get().status == "judged"
    client.post(address_of, {"reason": "The frame was another"})
    assert Lead.objects.get().status == "open"
    after = list(Firearm.objects.order_by("pk").values_list("pk", "dossier"))
    assert after == before
    shown = text(client, "lead", lead.pk)
    assert "The frame was another" in shown
    assert "Lead, not confirmed" in shown
    lead.refresh_from_db()
    assert judged(client, lead).status_code == 302
    assert SameObject.objects.filter(stands=True).count() == 1


def test_asked_again_says_what_changed(people, rita, sign_in, pair, lead):
    judged(sign_in(rita), lead, "different")
    done = SameObject.objects.get()
    stolen, found = pair
    changed = {"first": ["serial"], "second": [], "judgement": str(done.pk)}
    again = raised(stolen, found, changed=changed, weight=12.0)
    shown = text(sign_in(rita), "lead", again.pk)
    assert "Asked again" in shown
    assert f"serial number of {found.reference}" in shown


def test_a_restriction_is_read_before_anything_of_a_record_is_shown(people, sign_in):
    plain = make.firearm(people.alice, serial="777111", make="beretta")
    closed = make.firearm(
        people.erin, handling="h3", handling_note="Ask first", serial="777111"
    )
    lead = raised(plain, closed)
    client = sign_in(people.alice)
    for name, arguments in (("leads", []), ("lead", [lead.pk])):
        shown = text(client, name, *arguments)
        assert closed.reference in shown
        assert "Both records" not in shown or "777111" not in shown
    assert "The models differ" not in text(client, "lead", lead.pk)
    assert "Read the restriction" in text(client, "lead", lead.pk)


def test_leads_on_persons_are_for_a_stated_purpose(people, sign_in):
    first, second = make.person(people.alice), make.person(people.alice)
    reasons = [
        {"code": "name.sound", "weight": 6.1, "params": {"a": "Džemal", "b": "Xhemal"}},
        {"code": "born.differs", "weight": -5.0, "params": {"a": "1980", "b": "1981"}},
    ]
    lead = raised(first, second, evidence=reasons)
    client = sign_in(people.alice)
    assert lead.reference not in text(client, "leads")
    answer = client.get(reverse("lead", args=[lead.pk]))
    assert answer.headers["Location"].startswith(reverse("purpose"))
    client.post(reverse("purpose"), {"purpose": "tracing", "case": "KT 1/2026"})
    assert lead.reference in text(client, "leads")
    shown = text(client, "lead", lead.pk)
    assert "the same person?" in shown and "Possibly one person." in shown
    assert "Džemal and Xhemal are spellings of one name." in shown
    assert "The dates of birth differ: 1980 and 1981." in shown
    assert "firearm." not in shown[shown.index('class="note lead"') :]


def test_looking_at_a_lead_is_looking_at_its_records(people, rita, sign_in, pair, lead):
    text(sign_in(rita), "lead", lead.pk)
    for record in pair:
        seen = [(one.action, one.actor) for one in trail.of_record(record)]
        assert ("records.view", str(rita.pk)) in seen


def test_a_reader_sees_no_leads_and_a_lead_that_is_not_there_is_404(
    people, sign_in, rita
):
    assert sign_in(people.bob).get(reverse("leads")).status_code == 403
    nothing = "00000000-0000-7000-8000-000000000000"
    client = sign_in(rita)
    for name in ("lead", "lead_judge", "lead_assign", "judgement_withdraw"):
        method = client.get if name == "lead" else client.post
        values = {"to": "me", "verdict": "same", **BECAUSE}
        assert method(reverse(name, args=[nothing]), values).status_code == 404


# ---- the ledger


def test_the_ledger_says_who_what_when_on_which_engine_and_how_often_it_was_right(
    people, rita, sign_in, lead
):
    client = sign_in(rita)
    wrong = raised(make.firearm(people.alice), make.firearm(people.charlie))
    judged(client, lead)
    judged(client, wrong, "different")
    shown = text(client, "lead_ledger")
    assert "resolution test 1" in shown
    assert "50 %" in shown
    assert shown.count("Rita") >= 2
    assert BECAUSE["reason"] in shown
    assert lead.reference not in text(sign_in(people.alice), "lead_ledger")


# ---- judgements on one gun, and contradictions


@pytest.fixture
def three(people):
    """Three records of North: the first is the second, the second is the third."""
    guns = [make.firearm(people.alice, serial=f"B {n}") for n in range(3)]
    first = records.judge_same(guns[0], guns[1], "same", by=people.alice, **BECAUSE)
    weak = {**BECAUSE, "basis": "statement"}
    second = records.judge_same(guns[1], guns[2], "same", by=people.alice, **weak)
    return guns, first, second


def test_a_contradiction_names_the_least_firm_judgement_and_the_way_out(
    people, sign_in, three
):
    guns, _first, weak = three
    records.judge_same(guns[0], guns[2], "different", by=people.erin, **BECAUSE)
    client = sign_in(people.alice)
    shown = text(client, "contradictions")
    assert "These judgements cannot all be right" in shown
    assert shown.count("least firm") == 1
    row = next(part for part in shown.split('<tr role="row">') if "least firm" in part)
    assert guns[1].reference in row and guns[2].reference in row
    assert (
        "Its records contradict each other"
        in client.get(address(guns[0])).content.decode()
    )
    withdraw = reverse("same_withdraw", args=[weak.pk])
    client.post(withdraw, {"reason": "Another gun", "back": "contradictions"})
    assert "no judgement contradicts another" in text(client, "contradictions")
    assert "no judgement contradicts another" in text(
        sign_in(people.charlie), "contradictions"
    )


def test_every_judgement_of_a_dossier_is_listed_withdrawn_ones_too(
    people, sign_in, three
):
    guns, first, _second = three
    client = sign_in(people.alice)
    client.post(reverse("same_withdraw", args=[first.pk]), {"reason": "Misread"})
    shown = text(client, "dossier_judgements", "firearm", guns[1].pk)
    assert "Misread" in shown and "Withdrawn" in shown
    assert "2 records in this dossier" in shown
    for user in (people.charlie, people.bob):
        path = reverse("dossier_judgements", args=["firearm", guns[1].pk])
        assert sign_in(user).get(path).status_code == (
            404 if user == people.charlie else 200
        )
    only_reads = text(sign_in(people.bob), "dossier_judgements", "firearm", guns[1].pk)
    assert "Withdraw the judgement" not in only_reads
    assert (
        sign_in(people.charlie)
        .post(reverse("same_withdraw", args=[first.pk]), {"reason": "x"})
        .status_code
        == 404
    )


def test_two_records_are_judged_by_their_references(people, sign_in):
    first, second = make.firearm(people.alice), make.firearm(people.alice)
    client = sign_in(people.alice)
    path = reverse("judge_pair", args=["firearm", first.pk])
    there = f"{path}?with={second.reference}"
    assert "Side by side" in client.get(there).content.decode()
    client.post(there, {"verdict": "same", **BECAUSE})
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.dossier == second.dossier
    again = client.post(there, {"verdict": "different", **BECAUSE})
    assert again.status_code == 409
    south = make.firearm(people.charlie)
    for reference in (first.reference, south.reference, "NOTHING", ""):
        assert client.get(f"{path}?with={reference}").status_code == 302
    assert sign_in(people.bob).get(there).status_code == 403
    assert sign_in(people.charlie).get(there).status_code == 404
