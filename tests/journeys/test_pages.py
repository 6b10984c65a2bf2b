"""Every page in a real browser: axe, the security policy, a phone, the keyboard."""

import pytest

from focalpoint.records import actions, checklist
from focalpoint.records.models import Firearm, Incident
from focalpoint.web.tables import address
from tests import make
from tests.journeys.conftest import PHONE, WIDE

PAGES = [
    "/",
    "/record/",
    "/record/?serial=2184O71",
    "/record/new",
    "/records/",
    "/records/firearm/",
    "/records/firearm/?kind=recovered",
    "/records/incident/new",
    "/you/",
    "/you/keys",
    "/you/purpose",
    "/sessions/",
    "/mfa/",
    "/account/password/change/",
    "/no-such-page",
]


@pytest.fixture
def world(people):
    """A firearm with everything that a page may show."""
    incident = make.incident(people.alice, handling="h1")
    firearm = make.firearm(people.alice, serial="218?71", incident=incident)
    checklist.open_checklist(firearm, by=people.alice)
    actions.change(firearm, {"model": "M57"}, by=people.erin)
    person = make.person(people.alice, incident=incident)
    actions.link(firearm, person, "other", by=people.alice)
    return incident


def complaints(visitor):
    """Leave out that a page which does not exist says so."""
    return [text for text in visitor.complaints if "404" not in text]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_keeps_the_policy(
    people, world, visit, viewport, theme
):
    people.alice.theme = theme
    people.alice.save()
    visitor = visit(people.alice, viewport)
    faults = {}
    own = address(world)
    for path in [*PAGES, own, f"{own}/edit", f"{own}/changes"]:
        visitor.open(path)
        found = visitor.violations() + complaints(visitor)
        if visitor.spills():
            found.append("scrolls sideways")
        if found:
            faults[path] = found
        visitor.complaints.clear()
    assert not faults
    assert not visitor.strangers


def test_the_sign_in_page_is_accessible(people, visit):
    visitor = visit()
    visitor.open("/account/login/")
    assert visitor.violations() == []
    visitor.page.get_by_label("Username").fill("alice")
    visitor.page.get_by_label("Password").fill("wrong")
    visitor.page.get_by_role("button", name="Sign in").click()
    visitor.page.get_by_text("There is a problem").wait_for()
    assert visitor.violations() == []


def test_a_page_fits_a_screen_of_320_pixels(people, world, visit):
    visitor = visit(people.alice, {"width": 320, "height": 640})
    for path in ("/", "/record/new", "/records/firearm/", address(world)):
        visitor.open(path)
        assert not visitor.spills(), path


def test_three_guns_are_recorded_without_a_mouse(people, visit):
    page = visit(people.alice).open("/")
    page.keyboard.press("n")
    page.wait_for_url("**/record/")
    page.get_by_label("Serial number as read").fill("218471")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Not here: record it").wait_for()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    page.wait_for_url("**/record/new?serial=218471")
    page.locator("#id_event-type").select_option("seizure")
    page.locator("#id_event-occurred_from_2").fill("2026")
    page.locator("#id_guns-0-make").fill("Zastava Arms")
    page.locator("#id_guns-0-calibre").fill("9 mm Luger")
    for place, serial in ((1, "218472"), (2, "218473")):
        page.keyboard.press("Control+Enter")
        page.locator(f"#id_guns-{place}-serial:focus").wait_for()
        page.keyboard.type(serial)
    page.keyboard.press("Enter")  # as a scanner ends: the next field, nothing is sent
    page.locator("#id_guns-2-serial_position:focus").wait_for()
    page.get_by_role("button", name="Record", exact=True).press("Enter")
    page.get_by_text("with 3 firearms").wait_for()
    serials = set(Firearm.objects.values_list("serial", flat=True))
    assert serials == {"218471", "218472", "218473"}
    assert set(Firearm.objects.values_list("calibre", flat=True)) == {"9x19"}


def test_what_is_typed_is_kept_when_the_page_is_left(people, visit):
    page = visit(people.alice).open("/record/new")
    page.locator("#id_event-place").fill("Preševo")
    page.get_by_text("Draft saved").wait_for(timeout=15_000)
    page.goto(page.url.replace("/record/new", "/record/"))
    page.get_by_role("link", name="Preševo").click()
    assert page.locator("#id_event-place").input_value() == "Preševo"
    assert not Incident.objects.exists()


def test_a_likely_misreading_is_offered_and_taken(people, visit):
    page = visit(people.alice).open("/record/new")
    page.locator("#id_guns-0-serial").fill("2184O71")
    page.get_by_role("button", name="Take 2184071").click()
    assert page.locator("#id_guns-0-serial").input_value() == "2184071"


def test_keys_move_through_a_list_and_open_a_record(people, world, visit):
    page = visit(people.alice).open("/records/firearm/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/firearm/*-*")
    page.keyboard.press("e")
    page.wait_for_url("**/edit")


def test_the_palette_goes_anywhere_by_name(people, visit):
    page = visit(people.alice).open("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("ballistic")
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/ballistic_item/")


def test_single_keys_rest_where_the_account_says_so(people, visit):
    people.alice.single_keys = False
    people.alice.save()
    page = visit(people.alice).open("/")
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    assert page.url.endswith("/")


def test_the_pages_work_without_script(people, world, chromium, live_server, visit):
    visitor = visit(people.alice)
    cookies = visitor.page.context.cookies()
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{live_server.url}/record/new")
    page.locator("#id_event-place").fill("Preševo")
    page.get_by_role("button", name="Another firearm").click()
    assert page.locator("#id_guns-1-serial").count() == 1
    assert page.locator("#id_event-place").input_value() == "Preševo"
    context.close()
