"""The page of one record."""

from focalpoint.audit import queries as trail
from focalpoint.records import actions
from focalpoint.web.tables import address
from tests import make


def test_it_shows_what_was_read_beside_what_it_means(people, sign_in):
    incident = make.incident(
        people.alice, type="", as_read={"type": "zaplena na granici"}
    )
    text = sign_in(people.bob).get(address(incident)).content.decode()
    assert "zaplena na granici" in text


def test_looking_is_logged(people, sign_in):
    incident = make.incident(people.alice)
    sign_in(people.bob).get(address(incident))
    seen = [(e.action, e.actor) for e in trail.of_record(incident)]
    assert ("records.view", str(people.bob.pk)) in seen


def test_charlie_gets_the_same_answer_as_for_nothing(people, sign_in):
    incident = make.incident(people.alice)
    client = sign_in(people.charlie)
    forbidden = client.get(address(incident))
    absent = client.get("/records/incident/00000000-0000-7000-8000-000000000000")
    assert forbidden.status_code == absent.status_code == 404
    assert forbidden.content.decode().count("There is nothing here") == (
        absent.content.decode().count("There is nothing here")
    )


def test_a_relative_that_one_may_not_see_leaves_no_trace(people, sign_in):
    incident = make.incident(people.alice, handling="h2", place="Secretville")
    exhibit = make.record("exhibit", people.alice, incident=incident)
    text = sign_in(people.bob).get(address(exhibit)).content.decode()
    assert incident.reference not in text
    assert "Secretville" not in text


def test_bob_finds_no_way_to_change_it(people, sign_in):
    incident = make.incident(people.alice)
    text = sign_in(people.bob).get(address(incident)).content.decode()
    assert f"{address(incident)}/edit" not in text


def test_a_head_withdraws_with_a_reason_and_takes_it_back(people, sign_in):
    incident = make.incident(people.alice)
    client = sign_in(people.erin)
    client.post(f"{address(incident)}/withdraw", {"reason": "Recorded twice"})
    assert "Recorded twice" in client.get(address(incident)).content.decode()
    client.post(f"{address(incident)}/withdraw", {"reason": "It was not"})
    incident.refresh_from_db()
    assert incident.withdrawn_at is None


def test_an_analyst_may_not_withdraw(people, sign_in):
    incident = make.incident(people.alice)
    answer = sign_in(people.alice).post(
        f"{address(incident)}/withdraw", {"reason": "x"}
    )
    assert answer.status_code == 403


def test_the_history_says_who_changed_what(people, sign_in):
    incident = make.incident(people.alice, place="Batrovci")
    actions.change(incident, {"place": "Preševo"}, by=people.alice)
    text = sign_in(people.bob).get(f"{address(incident)}/changes").content.decode()
    assert "Batrovci" in text
    assert "Preševo" in text
    assert "Alice" in text
    assert (
        sign_in(people.charlie).get(f"{address(incident)}/changes").status_code == 404
    )
