"""The API of every record type, through HTTP."""

import json
from datetime import UTC, datetime

import pytest

from focalpoint.accounts import actions as accounts
from focalpoint.accounts.capabilities import ROLES
from focalpoint.api import api
from focalpoint.audit.queries import of_record
from focalpoint.records import registry
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
WRITABLE = sorted(set(make.DEFAULTS) & set(registry.RECORD_TYPES))


class Caller:
    """A program with a token."""

    def __init__(self, client, user, scope=None):
        role = user.memberships.get().role
        self.client = client
        if "accounts.token" not in ROLES[role].capabilities:
            raise AssertionError(f"{role} cannot make tokens")
        scope = ROLES[role].capabilities if scope is None else scope
        self.token, text = accounts.make_token("test", scope, by=user)
        self.headers = {"authorization": f"Bearer {text}", "X-Purpose": "analysis"}

    def __call__(self, method, path, body=None):
        return self.client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=self.headers,
        )


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def alice(client, cast):
    return Caller(client, cast.alice)


@pytest.fixture
def charlie(client, cast):
    return Caller(client, cast.charlie)


@pytest.mark.parametrize("code", WRITABLE)
def test_what_is_created_is_read_and_listed(alice, charlie, code):
    body = {**make.DEFAULTS[code], "unit": "north"}
    made = alice("POST", f"/{code}", body)
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    read = alice("GET", f"/{code}/{pk}").json()
    for name, value in make.DEFAULTS[code].items():
        assert read[name] == value
    assert [row["id"] for row in alice("GET", f"/{code}").json()["items"]] == [pk]
    assert charlie("GET", f"/{code}/{pk}").status_code == 404
    assert charlie("GET", f"/{code}").json()["items"] == []


def test_upsert_is_idempotent(alice):
    body = {**make.DEFAULTS["firearm"], "unit": "north"}
    first = alice("PUT", "/firearm/by-key/registry/R%2017", body)
    again = alice("PUT", "/firearm/by-key/registry/R%2017", body)
    changed = alice("PUT", "/firearm/by-key/registry/R%2017", {**body, "model": "M57"})
    assert [r.status_code for r in (first, again, changed)] == [201, 200, 200]
    assert [r.json()["version"] for r in (first, again, changed)] == [1, 1, 2]
    assert first.json()["id"] == changed.json()["id"]


@pytest.mark.parametrize("key", ["A/1", "RS-E-2020-00004%2FP1", "links/", "a//b"])
def test_a_key_may_hold_strokes(alice, key):
    url, body = f"/firearm/by-key/registry/{key}", make.DEFAULTS["firearm"]
    made = alice("PUT", url, body)
    again = alice("PUT", url, {**body, "model": "M57"})
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["id"] == again.json()["id"]
    assert made.json()["source_key"] == key.replace("%2F", "/")


def test_the_document_names_no_kind_of_address():
    paths = api.get_openapi_schema()["paths"]
    assert "/api/v1/firearm/by-key/{source}/{key}" in paths
    assert not [path for path in paths if ":" in path]


def test_two_units_may_use_the_same_key(alice, charlie):
    body = make.DEFAULTS["firearm"]
    ours = alice("PUT", "/firearm/by-key/registry/1", body)
    theirs = charlie("PUT", "/firearm/by-key/registry/1", body)
    assert (ours.status_code, theirs.status_code) == (201, 201)
    assert ours.json()["id"] != theirs.json()["id"]


def test_updated_since_gives_what_changed(alice, cast):
    make.firearm(cast.alice)
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    later = make.firearm(cast.alice)
    found = alice("GET", f"/firearm?updated_since={now}").json()["items"]
    assert [row["id"] for row in found] == [str(later.pk)]


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00%2B23:59",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59-23:59",
        "9999-12-31T23:59:59",
    ],
)
def test_a_moment_outside_of_the_calendar_is_refused(alice, moment):
    answer = alice("GET", f"/firearm?updated_since={moment}")
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert list(answer.json()["fields"]) == ["updated_since"]


@pytest.mark.parametrize(
    ("moment", "found"),
    [("0002-01-01T00:00:00", 1), ("2001-05-17", 1), ("9999-01-01T00:00:00+14:00", 0)],
)
def test_a_moment_may_lack_its_zone(alice, cast, moment, found):
    make.firearm(cast.alice)
    answer = alice("GET", f"/firearm?updated_since={moment.replace('+', '%2B')}")
    assert len(answer.json()["items"]) == found


def test_pages_follow_each_other(alice, cast):
    made = [str(make.firearm(cast.alice).pk) for _ in range(5)]
    seen, after = [], ""
    while after is not None:
        page = alice("GET", f"/firearm?limit=2{after}").json()
        seen += [row["id"] for row in page["items"]]
        after = f"&after={page['next']}" if page["next"] else None
    assert seen == sorted(made)


def test_a_stale_version_is_a_conflict_and_changes_nothing(alice, cast):
    record = make.firearm(cast.alice)
    assert (
        alice("PATCH", f"/firearm/{record.pk}?version=1", {"model": "A"}).status_code
        == 200
    )
    stale = alice("PATCH", f"/firearm/{record.pk}?version=1", {"model": "B"})
    assert stale.status_code == 409
    assert stale.json()["current"] == {"model": "A"}
    record.refresh_from_db()
    assert record.model == "A"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "recovered", "make": "nobody"}, "make"),
        ({"kind": "recovered", "colour": "black"}, "body.body.colour"),
        ({"kind": "recovered", "incident": "0" * 32}, "incident"),
        ({"kind": "recovered", "model": "a\x00b"}, "model"),
        ({"kind": "recovered", "capacity": -1}, "body.body.capacity"),
        ({"kind": "recovered", "as_read": {"a": "\x00"}}, "as_read"),
        ({"kind": "recovered", "other": {"\x00": "a"}}, "other"),
        ({"kind": ""}, "kind"),
    ],
)
def test_a_wrong_value_is_named_by_its_field(alice, body, field):
    answer = alice("POST", "/firearm", {**body, "unit": "north"})
    assert answer.status_code == 422
    assert any(
        field.endswith(name.rpartition(".")[2]) for name in answer.json()["fields"]
    )


@pytest.mark.parametrize("code", ["firearm", "ammunition", "consignment"])
@pytest.mark.parametrize("name", ["as_read", "other"])
@pytest.mark.parametrize(
    "value", [[], ["x"], [1, 2], {"make": 5}, {"make": ["x"]}, "x"]
)
def test_what_was_read_is_text_under_names(alice, code, name, value):
    body = {**make.DEFAULTS[code], "unit": "north", name: value}
    answer = alice("POST", f"/{code}", body)
    assert answer.status_code == 422
    [field] = answer.json()["fields"]
    assert name in field


@pytest.mark.parametrize("name", ["as_read", "other"])
def test_nothing_read_is_an_empty_table(alice, name):
    body = {**make.DEFAULTS["firearm"], "unit": "north"}
    made = alice("POST", "/firearm", {**body, name: None})
    assert (made.status_code, made.json()[name]) == (201, {})
    kept = alice("POST", "/firearm", {**body, name: {"Hersteller": "Заstava"}})
    assert kept.json()[name] == {"Hersteller": "Заstava"}


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("incident", {"offences": [{}]}),
        ("incident", {"offences": {"a": "b"}}),
        ("incident", {"casualties": ["x"]}),
        ("incident", {"casualties": [{"count": [1]}]}),
        ("incident", {"transit_countries": {"RS": "x"}}),
        ("person", {"aliases": [["x"]]}),
        ("disposal", {"commission": {"name": "x"}}),
    ],
)
def test_a_list_holds_what_its_form_writes(alice, code, body):
    body = {**make.DEFAULTS.get(code, {}), **body, "unit": "north"}
    assert alice("POST", f"/{code}", body).status_code == 422


def test_lists_are_kept_as_they_are_given(alice):
    group = {"outcome": "killed", "sex": "male", "count": 2}
    given = {"casualties": [group], "transit_countries": ["RS", "ME"]}
    body = {**make.DEFAULTS["incident"], **given, "unit": "north"}
    made = alice("POST", "/incident", body).json()
    assert {name: made[name] for name in given} == given


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/firearm/by-key/a%00/1", make.DEFAULTS["firearm"]),
        ("PUT", "/firearm/by-key/a/1%00", make.DEFAULTS["firearm"]),
        ("POST", "/firearm", {**make.DEFAULTS["firearm"], "unit": "n\x00"}),
        ("POST", "/firearm/{id}/withdraw", {"reason": "a\x00"}),
        ("POST", "/firearm/{id}/withdraw", {"reason": "a\ud800"}),
        ("PATCH", "/firearm/{id}?version=1", {"remarks": "\udfff"}),
        ("PATCH", "/firearm/{id}?version=1", {"as_read": {"\ud800": "a"}}),
    ],
)
def test_text_that_cannot_be_stored_is_refused_wherever_it_stands(
    alice, cast, method, path, body
):
    path = path.format(id=make.firearm(cast.alice).pk)
    answer = alice(method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_a_record_of_somebody_else_cannot_be_named(charlie, cast):
    event = make.incident(cast.alice)
    body = {"kind": "recovered", "incident": str(event.pk)}
    assert charlie("POST", "/firearm", body).status_code == 422
    gun = make.firearm(cast.charlie)
    link = {"type": "recovered_in", "to_type": "incident", "to_id": str(event.pk)}
    assert charlie("POST", f"/firearm/{gun.pk}/links", link).status_code == 404


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer fp_nonsense", "Basic x"])
def test_strangers_get_401(client, token):
    answer = client.get("/api/v1/firearm", headers={"authorization": token})
    assert answer.status_code == 401


def test_a_revoked_or_expired_token_ends_at_once(alice, cast):
    assert alice("GET", "/firearm").status_code == 200
    accounts.revoke_token(alice.token, by=cast.alice)
    assert alice("GET", "/firearm").status_code == 401


def test_a_suspended_owner_ends_the_token(alice, cast):
    accounts.suspend(cast.alice, by=cast.frank)
    assert alice("GET", "/firearm").status_code == 401


def test_scope_limits_the_token(client, cast):
    reader = Caller(client, cast.alice, {"records.view"})
    body = {**make.DEFAULTS["firearm"], "unit": "north"}
    assert reader("GET", "/firearm").status_code == 200
    assert reader("POST", "/firearm", body).status_code == 422  # no unit to record in
    record = make.firearm(cast.alice)
    changed = reader("PATCH", f"/firearm/{record.pk}?version=1", {"model": "A"})
    assert changed.status_code == 403
    # A person's rights, where the scope has none: absent.
    somebody = make.person(cast.alice)
    assert reader("GET", f"/person/{somebody.pk}").status_code == 404


def test_persons_are_listed_and_read_for_a_purpose_only(alice, cast):
    record = make.person(cast.alice)
    del alice.headers["X-Purpose"]
    for path in ("/person", f"/person/{record.pk}", f"/person/{record.pk}/history"):
        refused = alice("GET", path)
        assert (refused.status_code, refused.json()["code"]) == (403, "purpose_needed")
    alice.headers["X-Purpose"] = "KT 12/2025"
    assert alice("GET", f"/person/{record.pk}").status_code == 200
    assert of_record(record).first().purpose == "KT 12/2025"


def test_reading_leaves_a_trace(alice, cast):
    record = make.firearm(cast.alice)
    alice("GET", f"/firearm/{record.pk}")
    assert of_record(record).first().action == "records.view"


def test_documentation_is_for_signed_in_people_and_loads_nothing_from_outside(
    client, cast
):
    assert client.get("/api/docs").status_code == 302
    client.force_login(cast.alice)
    page = client.get("/api/docs").content.decode()
    assert "//cdn" not in page
    assert "https://" not in page


def test_h3_is_not_taken_away_in_a_list_before_it_is_read(alice, cast):
    make.firearm(cast.alice, handling="h3", handling_note="for the task force only")
    assert alice("GET", "/firearm").json()["items"] == []
