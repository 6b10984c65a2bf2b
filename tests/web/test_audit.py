"""The audit trail, who looked at one record, and the samples to review."""

import ast
from pathlib import Path

import pytest

import focalpoint
from focalpoint.accounts import oversight
from focalpoint.audit import actions as audit
from focalpoint.audit import queries as trail
from focalpoint.audit.models import Sample
from focalpoint.intake import actions as intake
from focalpoint.records import actions
from focalpoint.values.errors import BadInput
from focalpoint.web import audit as pages
from focalpoint.web.tables import address
from tests import make

TRAIL = "/oversight/audit"


def test_an_auditor_reads_that_something_happened_and_never_what(people, sign_in):
    incident = make.incident(people.alice, place="Secretville")
    actions.change(incident, {"place": "Othertown"}, by=people.alice)
    text = sign_in(people.hana).get(TRAIL).content.decode()
    assert "Corrected" in text
    assert "Alice" in text
    assert incident.reference in text
    assert "Secretville" not in text
    assert "Othertown" not in text


def test_the_trail_speaks_the_language_of_its_reader(people, sign_in):
    incident = make.incident(people.alice, place="Niš")
    actions.change(incident, {"place": "Vranje"}, by=people.alice)
    audit.write("accounts.set_preferences", by=people.alice, on=people.alice)
    hana = sign_in(people.hana)
    hana.cookies["focalpoint-language"] = "sr-latn"
    shown = hana.get(TRAIL).context["events"]
    told = {row["event"].action: (row["type"], row["fields"]) for row in shown}
    assert told["records.change"] == ("događaj", "mesto")
    assert told["accounts.set_preferences"] == ("korisnik", "")


def test_reading_the_trail_is_written_down(people, sign_in):
    sign_in(people.hana).get(f"{TRAIL}?person=alice&kind=alteration")
    event = trail.of_actor(people.hana).first()
    assert (event.action, event.kind) == ("audit.view", "consultation")
    assert event.fields == '["kind","person"]'


def test_an_administrator_sees_no_reference_of_a_record(people, sign_in):
    incident = make.incident(people.alice)
    text = sign_in(people.frank).get(TRAIL).content.decode()
    assert "Recorded" in text
    assert incident.reference not in text


def test_the_auditor_of_north_does_not_read_what_south_did(people, sign_in):
    make.incident(people.charlie)
    shown = sign_in(people.hana).get(TRAIL).context["events"]
    assert {row["actor"] for row in shown} <= {"Hana"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("person=alice", True),
        ("person=nobody", False),
        ("kind=collection", True),
        ("kind=erasure", False),
        ("action=records.create", True),
        ("since=2001-01-01", True),
        ("until=2001-01-01", False),
        ("record={reference}", True),
        ("record={pk}", True),
        ("record=RS-I-1999-000001", False),
    ],
)
def test_the_trail_is_narrowed(people, sign_in, query, shown):
    incident = make.incident(people.alice)
    query = query.format(reference=incident.reference, pk=incident.pk)
    answer = sign_in(people.hana).get(f"{TRAIL}?{query}")
    made = [row for row in answer.context["events"] if row["record"] == incident]
    assert bool(made) is shown


@pytest.mark.parametrize(
    "query",
    ["before=abc", "before=" + "9" * 30, "since=yesterday", "kind=no", "page=x"],
)
def test_a_wrong_filter_is_no_error_of_the_page(people, sign_in, query):
    assert sign_in(people.hana).get(f"{TRAIL}?{query}").status_code == 200


def test_the_page_says_how_the_seal_stands(people, sign_in):
    client = sign_in(people.hana)
    assert "has not been sealed yet" in client.get(TRAIL).content.decode()
    audit.seal()
    assert trail.last_seal().holds
    assert "Holds" in client.get(TRAIL).content.decode()


def test_a_seal_that_does_not_hold_is_told(people, sign_in):
    make.incident(people.alice)
    seal = audit.seal()
    type(seal).objects.filter(pk=seal.pk).update(hash="f" * 64)
    assert "does not hold" in sign_in(people.hana).get(TRAIL).content.decode()


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "dana", "greta", "erin"])
def test_the_trail_is_closed_to_others(people, sign_in, who):
    assert sign_in(getattr(people, who)).get(TRAIL).status_code == 403


# ---- one record


def test_who_looked_names_people_counts_and_purpose(people, sign_in):
    incident = make.incident(people.alice)
    bob = sign_in(people.bob)
    bob.get(address(incident))
    bob.get(address(incident))
    answer = sign_in(people.erin).get(f"{address(incident)}/readers")
    text = answer.content.decode()
    assert "Bob" in text
    assert trail.of_record(incident).first().action == "records.audit"


def test_who_looked_is_for_supervisors_of_the_records_unit(people, sign_in):
    incident = make.incident(people.alice)
    path = f"{address(incident)}/readers"
    assert sign_in(people.alice).get(path).status_code == 403
    assert sign_in(people.hana).get(path).status_code == 200
    south = make.incident(people.charlie)
    assert sign_in(people.erin).get(f"{address(south)}/readers").status_code == 404


# ---- samples


def look(people, sign_in):
    incident = make.incident(people.alice)
    sign_in(people.bob).get(address(incident))
    return incident


def test_a_supervisor_reviews_what_chance_drew(people, sign_in):
    incident = look(people, sign_in)
    client = sign_in(people.erin)
    client.post("/oversight/samples")
    text = client.get("/oversight/samples").content.decode()
    assert incident.reference in text
    sample = Sample.objects.get()
    client.post(f"/oversight/samples/{sample.pk}", {"verdict": "in_order"})
    sample.refresh_from_db()
    assert (sample.verdict, sample.reviewer) == ("in_order", str(people.erin.pk))


def test_a_doubt_needs_a_word(people, sign_in):
    look(people, sign_in)
    oversight.draw(by=people.erin)
    sample = Sample.objects.get()
    with pytest.raises(BadInput, match="asked"):
        oversight.review(sample, "ask", " ", by=people.erin)


def test_nobody_reviews_what_they_did_themselves(people, sign_in):
    incident = make.incident(people.alice)
    sign_in(people.erin).get(address(incident))
    oversight.draw(by=people.hana)
    sample = Sample.objects.get()
    assert not oversight.queue(people.erin).exists()
    answer = sign_in(people.erin).post(
        f"/oversight/samples/{sample.pk}", {"verdict": "in_order"}
    )
    assert answer.status_code == 404


def test_the_same_look_is_drawn_once(people, sign_in):
    look(people, sign_in)
    assert [oversight.draw(by=people.erin) for _time in range(3)] == [1, 0, 0]


def test_what_south_looked_at_is_not_norths_to_review(people, sign_in):
    sign_in(people.charlie).get(address(make.incident(people.charlie)))
    assert oversight.draw(by=people.erin) == 0


SOURCES = ("leads", "identity", "records", "intake")


def written_actions():
    """The names of events that actions on records, leads and registers write."""
    found = set()
    for app in SOURCES:
        for path in (Path(focalpoint.__file__).parent / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                    "audit.write",
                    "audit.write_many",
                }:
                    found |= {
                        part.value
                        for part in ast.walk(node.args[0])
                        if isinstance(part, ast.Constant)
                    }
    verbs = {f"intake.{verb}" for verb in intake._VERBS.values()}
    return sorted((found - {"intake."}) | verbs)


@pytest.mark.parametrize("action", written_actions())
def test_every_event_on_records_and_leads_has_words(action):
    assert pages.word_of(action) != action
