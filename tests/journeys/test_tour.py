"""The tutorial, step by step; it also makes the documentation's pictures.

    FOCALPOINT_PICTURES=docs/images .venv/bin/python -m pytest tests/journeys/test_tour.py

Without the variable the same steps run and no picture is written.
"""

import os
import re
from pathlib import Path

import pytest

from tests.journeys.conftest import PHONE, ROOT, WIDE

PRACTICE = ROOT / "docs" / "tutorial" / "practice-seizures.csv"
PICTURES = os.environ.get("FOCALPOINT_PICTURES", "")


def picture(page, name):
    """Keep the screen at both widths."""
    if not PICTURES:
        return
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.evaluate("window.scrollTo(0, 0)")
        page.wait_for_timeout(500)
        path = Path(PICTURES) / f"{name}-{size['width']}.png"
        page.screenshot(path=path)
    page.set_viewport_size(WIDE)


@pytest.mark.parametrize("name", ["alice"])
def test_from_a_spreadsheet_to_a_dossier(instance, visit, name):
    """Import the practice file, find a half-legible serial, read its dossier."""
    visitor = visit(name)
    page = visitor.open("/")
    page.get_by_role("heading", level=1, name="What needs doing now").wait_for()
    picture(page, "home")

    page.get_by_role("link", name="Import a file").first.click()
    page.locator("#files").set_input_files(PRACTICE)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("heading", level=1, name="Which column is what?").wait_for()
    page.get_by_text("Header found in row 4.").wait_for()
    picture(page, "import-columns")

    page.get_by_role("button", name="Check every row").first.click()
    instance.work()
    page.goto(re.sub(r"/progress$", "", page.url))
    page.get_by_role("heading", level=1, name="Check before import").wait_for()
    page.get_by_text("Nothing is stored yet.").first.wait_for()
    page.get_by_text("31.02.2025").first.wait_for()
    picture(page, "import-check")

    page.get_by_role("button", name=re.compile("^Import 6 rows")).click()
    instance.work()

    page.goto(f"{instance.url}/")
    page.keyboard.press("/")
    page.locator("#q").fill("serial:J12?456")
    page.locator("#q").press("Enter")
    found = page.get_by_role("link", name=re.compile("Smith & Wesson")).first
    found.wait_for()
    picture(page, "search")

    found.click()
    page.get_by_role("heading", level=1).wait_for()
    page.get_by_text("Life of this gun").first.wait_for()
    page.get_by_role("button", name="Start the recovery checklist").first.click()
    page.get_by_text("INTERPOL, nine steps").first.wait_for()
    picture(page, "dossier")

    page = visitor.open("/record/new")
    page.locator("#id_guns-0-serial").fill("2184O71")
    page.get_by_role("button", name="Take 2184071").wait_for()
    picture(page, "recording")
    assert visitor.strangers == []
