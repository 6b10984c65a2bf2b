"""Leads and identity through HTTP: see, judge, conflict, take back; Charlie sees none."""

import pytest

from focalpoint.accounts.access import SYSTEM
from focalpoint.identity import actions as identity
from focalpoint.leads.models import Lead
from focalpoint.records.models import SameObject
from tests import cast as people
from tests import make
from tests.api.test_records import Caller

pytestmark = pytest.mark.django_db
BECAUSE = {"reason": "Both frames read 218471", "basis": "serial_and_make"}


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def alice(client, cast):
    return Caller(client, cast.alice)


@pytest.fixture
def charlie(client, cast):
    return Caller(client, cast.charlie)


@pytest.fixture
def pair(cast):
    return [
        make.firearm(cast.alice, serial="218471", kind=kind)
        for kind in ("stolen", "recovered")
    ]


@pytest.fixture
def lead(pair):
    identity.suggest_for(pair[1])
    return Lead.objects.get()


def test_the_inbox_and_one_lead(alice, charlie, pair, lead):
    listed = alice("GET", "/leads").json()
    assert listed["total"] == 1
    [item] = listed["items"]
    read = alice("GET", f"/leads/{lead.pk}").json()
    assert read == item
    assert (read["first"]["id"], read["second"]["id"]) == (
        str(pair[1].pk),
        str(pair[0].pk),
    )
    assert read["verdicts"] == ["same", "different", "cannot_say"]
    assert {one["code"] for one in read["evidence"]} >= {"make.equal"}
    assert charlie("GET", "/leads").json() == {"items": [], "total": 0}
    assert charlie("GET", f"/leads/{lead.pk}").status_code == 404


def test_judged_by_one_a_conflict_for_the_other_and_taken_back(
    alice, client, cast, pair, lead
):
    erin = Caller(client, cast.erin)
    body = {"verdict": "same", "version": lead.version, **BECAUSE}
    made = alice("POST", f"/leads/{lead.pk}/judgement", body)
    assert made.status_code == 201, made.content
    late = erin("POST", f"/leads/{lead.pk}/judgement", {**body, "verdict": "different"})
    assert late.status_code == 409
    assert late.json()["current"]["judgement"] == made.json()["id"]
    assert late.json()["current"]["by"] == "Alice"
    told = alice("GET", f"/firearm/{pair[1].pk}/dossier").json()
    assert told["id"] == str(pair[0].pk)
    assert [one["id"] for one in told["members"]] == [str(one.pk) for one in pair]
    [row] = alice("GET", "/judgements").json()
    assert (row["by"], row["agreed"], row["stands"]) == ("Alice", True, True)
    [engine] = alice("GET", "/engines").json()
    assert (engine["right"], engine["wrong"], engine["share"]) == (1, 0, 1.0)
    reason = {"reason": "Another frame"}
    back = erin("POST", f"/judgements/{row['id']}/withdraw", reason)
    assert back.json()["status"] == "open"
    told = alice("GET", f"/firearm/{pair[1].pk}/dossier").json()
    assert [one["id"] for one in told["members"]] == [str(pair[1].pk)]


def test_charlie_judges_withdraws_and_learns_nothing(alice, charlie, pair, lead):
    body = {"verdict": "same", "version": lead.version, **BECAUSE}
    assert charlie("POST", f"/leads/{lead.pk}/judgement", body).status_code == 404
    made = alice("POST", f"/leads/{lead.pk}/judgement", body).json()
    reason = {"reason": "No"}
    assert (
        charlie("POST", f"/judgements/{made['id']}/withdraw", reason).status_code == 404
    )
    same = f"/same-object/{made['same']}/withdraw"
    assert charlie("POST", same, reason).status_code == 404
    assert charlie("GET", "/judgements").json() == []
    assert charlie("GET", "/engines").json() == []
    assert charlie("GET", f"/firearm/{pair[0].pk}/dossier").status_code == 404


def test_a_lead_is_taken_and_given_back(alice, lead):
    taken = alice("POST", f"/leads/{lead.pk}/assignment", {"to": "alice", "version": 1})
    assert taken.json()["assigned_to"] == "alice"
    assert alice("GET", "/leads?whose=mine").json()["total"] == 1
    stale = alice("POST", f"/leads/{lead.pk}/assignment", {"to": None, "version": 1})
    assert stale.status_code == 409
    back = alice("POST", f"/leads/{lead.pk}/assignment", {"to": None, "version": 2})
    assert back.json()["assigned_to"] is None
    nobody = alice("POST", f"/leads/{lead.pk}/assignment", {"to": "bob", "version": 3})
    assert nobody.status_code == 403


def test_two_records_are_judged_without_a_lead(alice, cast):
    guns = [make.firearm(cast.alice, serial=serial) for serial in ("1", "2", "3")]
    a, b, c = (str(gun.pk) for gun in guns)

    def judged(first, second, verdict):
        body = {"record_type": "firearm", "first": first, "second": second}
        return alice("POST", "/same-object", {**body, "verdict": verdict, **BECAUSE})

    assert judged(a, b, "same").status_code == 201
    assert judged(b, a, "different").status_code == 409
    assert judged(b, c, "same").status_code == 201
    apart = judged(a, c, "different").json()
    [told] = alice("GET", "/contradictions").json()
    assert told["different"]["id"] == apart["id"]
    assert len(told["path"]) == 2
    assert told["weakest"] in {one["id"] for one in (*told["path"], told["different"])}
    taken_back = f"/same-object/{told['weakest']}/withdraw"
    assert alice("POST", taken_back, {"reason": "Read again"}).status_code == 200
    assert alice("GET", "/contradictions").json() == []
    assert SameObject.objects.filter(stands=True).count() == 2


def test_what_a_restriction_closes_is_left_out_of_lists(alice, cast, pair):
    closed = make.firearm(
        cast.alice, serial="218471", handling="h3", handling_note="Ask first"
    )
    identity.suggest_all([closed], by=SYSTEM)
    assert alice("GET", "/leads").json()["items"] == []
    lead = Lead.objects.filter(first_id=closed.pk).first()
    assert alice("GET", f"/leads/{lead.pk}").status_code == 403


def test_leads_on_persons_ask_for_a_purpose(alice, client, cast):
    from focalpoint.leads import raising, suggesting

    first, second = make.person(cast.alice), make.person(cast.alice)
    made = suggesting.Suggestion("identity", first, second, "persons", "1", 3.0)
    raising.raise_many([made], by=SYSTEM)
    lead = Lead.objects.get()
    assert alice("GET", "/leads?type=person").json()["total"] == 1
    alice.headers.pop("X-Purpose")
    assert alice("GET", "/leads?type=person").json()["total"] == 0
    body = {"verdict": "same", "version": 1, **BECAUSE}
    for call in (
        ("GET", f"/leads/{lead.pk}"),
        ("POST", f"/leads/{lead.pk}/judgement", body),
    ):
        refused = alice(*call)
        assert (refused.status_code, refused.json()["code"]) == (403, "purpose_needed")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59"])
def test_a_lead_is_due_at_a_moment_of_the_calendar(alice, lead, moment):
    body = {"to": None, "version": lead.version, "due_at": moment}
    answer = alice("POST", f"/leads/{lead.pk}/assignment", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    due = lead.due_at
    lead.refresh_from_db()
    assert (lead.due_at, lead.version) == (due, body["version"])


@pytest.mark.parametrize("broken", ["\x00", "\ud800"])
def test_a_reason_that_cannot_be_stored_is_refused(alice, pair, lead, broken):
    first, second = (str(gun.pk) for gun in pair)
    of_lead = {"verdict": "same", "version": 1, **BECAUSE, "reason": broken}
    of_two = {"record_type": "firearm", "first": first, "second": second}
    for path, body in (
        (f"/leads/{lead.pk}/judgement", of_lead),
        (f"/leads/{lead.pk}/assignment", {"to": broken, "version": 1}),
        ("/same-object", {**of_two, **BECAUSE, "verdict": "same", "reason": broken}),
        ("/saved-searches", {"name": broken, "q": "x"}),
    ):
        answer = alice("POST", path, body)
        assert answer.status_code == 422, path
    assert not SameObject.objects.exists()
    made = alice("POST", "/same-object", {**of_two, **BECAUSE, "verdict": "same"})
    for path in (
        f"/same-object/{made.json()['id']}/withdraw",
        f"/judgements/{alice('GET', '/judgements').json()[0]['id']}/withdraw",
    ):
        assert alice("POST", path, {"reason": broken}).status_code == 422
    assert SameObject.objects.filter(stands=True).count() == 1


def test_a_null_character_is_not_searched_for(alice):
    for path in ("/search?q=a%00", "/register-entries/export?q=a%00"):
        answer = alice("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
