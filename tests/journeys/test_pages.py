"""Every page in a real browser: axe, the security policy, a phone, the keyboard."""

import pytest

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
    "/search/",
    "/search/?q=zastava",
    "/search/?q=zastava&record=firearm",
    "/search/?record=firearm&view=chart",
    "/search/?record=firearm&view=map",
    "/search/?record=firearm&view=timeline",
    "/search/?record=firearm&make=none",
    "/saved/",
    "/leads/",
    "/leads/?status=judged&order=weight",
    "/leads/ledger",
    "/leads/contradictions",
    "/imports/",
    "/imports/new",
    "/you/",
    "/you/keys",
    "/you/purpose",
    "/sessions/",
    "/mfa/",
    "/account/password/change/",
    "/no-such-page",
]


def complaints(visitor):
    """Leave out that a page which does not exist says so."""
    return [text for text in visitor.complaints if "404" not in text]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["alice", "night"])
def test_every_page_is_accessible_and_keeps_the_policy(instance, visit, viewport, name):
    visitor = visit(name, viewport)
    faults = {}
    own, gun = instance.incident, instance.firearm
    for path in [
        *PAGES,
        own,
        f"{own}/edit",
        f"{own}/changes",
        gun,
        f"{gun}/judgements",
    ]:
        visitor.open(path)
        found = visitor.violations() + complaints(visitor)
        if visitor.spills():
            found.append("scrolls sideways")
        if found:
            faults[path] = found
        visitor.complaints.clear()
    assert not faults
    assert not visitor.strangers


def test_the_sign_in_page_is_accessible(visit):
    visitor = visit()
    visitor.open("/account/login/")
    assert visitor.violations() == []
    visitor.page.locator("#id_login").fill("nobody")
    visitor.page.locator("#id_password").fill("wrong")
    visitor.page.get_by_role("button", name="Sign in").click()
    visitor.page.get_by_text("There is a problem").wait_for()
    assert visitor.violations() == []


def test_a_page_fits_a_screen_of_320_pixels(instance, visit):
    visitor = visit("alice", {"width": 320, "height": 640})
    for path in ("/", "/record/new", "/records/firearm/", instance.incident):
        visitor.open(path)
        assert not visitor.spills(), path


def test_three_guns_are_recorded_without_a_mouse(visit):
    page = visit("alice").open("/")
    page.keyboard.press("n")
    page.wait_for_url("**/record/")
    page.get_by_label("Serial number as read").fill("771471")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Not here: record it").wait_for()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    page.wait_for_url("**/record/new?serial=771471")
    page.locator("#id_event-type").select_option("seizure")
    page.locator("#id_event-occurred_from_2").fill("2026")
    page.locator("#id_guns-0-make").fill("Zastava Arms")
    page.locator("#id_guns-0-calibre").fill("9 mm Luger")
    for place, serial in ((1, "771472"), (2, "771473")):
        page.keyboard.press("Control+Enter")
        page.locator(f"#id_guns-{place}-serial:focus").wait_for()
        page.keyboard.type(serial)
    page.keyboard.press("Enter")  # as a scanner ends: the next field, nothing is sent
    page.locator("#id_guns-2-serial_position:focus").wait_for()
    page.get_by_role("button", name="Record", exact=True).press("Enter")
    page.get_by_text("with 3 firearms").wait_for()
    for serial in ("771471", "771472", "771473"):
        page.get_by_role("link", name=f"9 mm Luger {serial}").wait_for()


def test_what_is_typed_is_kept_when_the_page_is_left(visit):
    page = visit("alice").open("/record/new")
    page.locator("#id_event-place").fill("Kept place")
    page.get_by_text("Draft saved").wait_for()
    page.goto(page.url.replace("/record/new", "/record/"))
    page.get_by_role("link", name="Kept place").click()
    assert page.locator("#id_event-place").input_value() == "Kept place"


def test_a_likely_misreading_is_offered_and_taken(visit):
    page = visit("alice").open("/record/new")
    page.locator("#id_guns-0-serial").fill("2184O71")
    page.get_by_role("button", name="Take 2184071").click()
    assert page.locator("#id_guns-0-serial").input_value() == "2184071"


def test_keys_move_through_a_list_and_open_a_record(visit):
    page = visit("alice").open("/records/incident/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/incident/*-*")
    page.keyboard.press("e")
    page.wait_for_url("**/edit")


def test_the_palette_goes_anywhere_by_name(visit):
    page = visit("alice").open("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("ballistic")
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/ballistic_item/")


def test_single_keys_rest_where_the_account_says_so(visit):
    page = visit("night").open("/")
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    assert page.url.endswith("/")


def test_the_form_works_without_script(visit):
    page = visit("alice", script=False).open("/record/new")
    page.locator("#id_event-place").fill("Preševo")
    page.get_by_role("button", name="Another firearm").click()
    assert page.locator("#id_guns-1-serial").count() == 1
    assert page.locator("#id_event-place").input_value() == "Preševo"
