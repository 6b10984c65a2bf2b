"""Two records, one gun: the tutorial, step by step, in the demonstration.

A gun is recorded in two jurisdictions; the machine suggests, a person judges, withdraws
and judges again. The answer sheet of the simulated region says whether it was right.

    FOCALPOINT_PICTURES=docs/images .venv/bin/python -m pytest \
        tests/journeys/test_two_records_one_gun.py
"""

import datetime
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from focalpoint.simulation import scenario
from tests.journeys.conftest import PHONE, ROOT, WIDE, Visitor, wait_for

PICTURES = os.environ.get("FOCALPOINT_PICTURES", "")
UNTIL = datetime.date(2025, 12, 31)
REASON = "Serial, make and model agree; the sign that differs is easily misread."


class Demonstration(NamedTuple):
    """Where the demonstration answers, and the passwords of its invented people."""

    url: str
    passwords: dict[str, str]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """Load the smallest demonstration, which compares its records, and serve it."""
    home = tmp_path_factory.mktemp("demonstration")
    env = {k: v for k, v in os.environ.items() if not k.startswith("FOCALPOINT_")}
    env |= {"FOCALPOINT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    focalpoint = [sys.executable, "-m", "focalpoint"]
    until = UNTIL.isoformat()
    for command in (
        ["init", "--no-admin"],
        ["demo", "--size", "tiny", "--until", until],
    ):
        subprocess.run([*focalpoint, *command], env=env, check=True, timeout=900)
    accounts = json.loads((home / "demonstration-accounts.json").read_text())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [*focalpoint, "serve", "--port", str(port), "--processes", "1"]
    server = subprocess.Popen([*serve, "--no-worker"], env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/health", server)
        yield Demonstration(url, accounts)
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def guns():
    """Return, from the answer sheet, the gun that each record number speaks of."""
    made = scenario.build(1, "tiny", UNTIL)
    made.observe()
    return {answer.key: answer.gun for answer in made.truth.answers}


@pytest.fixture
def regional(chromium, demonstration):
    """A regional analyst, who sees the records of several jurisdictions."""
    context = chromium.new_context(viewport=WIDE)
    visitor = Visitor(context, demonstration.url)
    page = visitor.open("/account/login/")
    page.locator("#id_login").fill("regional")
    page.locator("#id_password").fill(demonstration.passwords["regional"])
    page.locator("#id_password").press("Enter")
    page.get_by_role("heading", level=1, name="What needs doing now").wait_for()
    yield visitor
    context.close()


def look(visitor, name, heading=""):
    """Look at the page at both widths: axe, no sideways scrolling, perhaps a picture."""
    page, faults = visitor.page, []
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.evaluate("window.scrollTo(0, 0)")
        if heading:
            page.get_by_role("heading", name=heading).scroll_into_view_if_needed()
            page.evaluate(
                "(name) => [...document.querySelectorAll('h2')].find("
                "(one) => one.textContent.includes(name)).closest('section')"
                ".scrollIntoView()",
                heading,
            )
        page.wait_for_timeout(400)
        faults += visitor.violations()
        if visitor.spills():
            faults.append(f"{name} scrolls sideways at {size['width']}")
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png")
    page.set_viewport_size(WIDE)
    assert faults == []


def judge(page, key, basis="serial_and_make"):
    """Judge by the keyboard alone: choose, reason, record."""
    page.keyboard.press(key)
    page.locator("#id_reason:focus").wait_for()
    page.keyboard.type(REASON)
    page.keyboard.press("Shift+Tab")
    page.locator("#id_basis").select_option(basis)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.get_by_text("is recorded:").wait_for()


def record_number(page):
    """Return the number by which the source of a record knows it."""
    panel = page.locator(
        "section", has=page.get_by_role("heading", name="About this record")
    )
    return panel.locator(".mono").first.inner_text().strip()


def facts(page):
    """Return the facts and the leads of the life of a gun."""
    events = page.locator("ol.tl > li")
    whole = events.locator("b").all_inner_texts()
    leads = page.locator("ol.tl > li.cand b").all_inner_texts()
    return [text for text in whole if text not in leads], leads


def test_two_records_are_found_judged_undone_and_judged_again(regional, guns):
    visitor, page = regional, regional.page

    # 2 What the machine suggests
    page.get_by_text("Leads waiting").wait_for()
    page.get_by_role("link", name=re.compile("^Leads")).first.click()
    page.get_by_role("heading", level=1, name="Leads").wait_for()
    page.get_by_text("neither sees it alone").first.wait_for()
    look(visitor, "leads")

    # 3 Two records side by side
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Are these two records the same gun?").wait_for()
    assert page.get_by_text("Lead, not confirmed.").is_visible()
    lead = page.url
    look(visitor, "judging")
    heads = page.locator(".vs thead a")
    records = [heads.nth(place).get_attribute("href") for place in range(2)]

    # 4 Choosing writes nothing
    page.keyboard.press("d")
    page.goto(lead)
    assert page.get_by_text("Lead, not confirmed.").is_visible()

    # 5 Judge
    judge(page, "s")
    numbers = []
    for path in records:
        visitor.open(path)
        page.get_by_text("judged the same gun").wait_for()
        numbers.append(record_number(page))
    known = [guns[number] for number in numbers]
    assert known[0] == known[1] != 0  # the answer sheet says so too
    told, leads = facts(page)
    assert {"Reported stolen", "Recovered"} <= set(told)

    # 6 The life, and what may belong to it
    if leads:
        page.locator("ol.tl > li.cand a").first.click()
        page.get_by_text("Lead, not confirmed.").wait_for()
        judge(page, "s")
        visitor.open(records[0])
        page.get_by_text("3 records").wait_for()
        assert len(facts(page)[0]) > len(told)
    told = facts(page)[0]
    look(visitor, "life", "Life of this gun")

    # 7 Undo
    visitor.open(lead.removeprefix(visitor.url))
    page.get_by_text("Confirmed: same").first.wait_for()
    page.get_by_label("Why is it withdrawn?").fill(
        "The photographs are to be compared."
    )
    page.get_by_role("button", name="Withdraw the judgement").click()
    page.get_by_text("are again as they were").wait_for()
    page.get_by_text("Lead, not confirmed.").wait_for()

    # 8 Judge again
    judge(page, "s")
    visitor.open(records[0])
    assert facts(page)[0] == told

    # 9 The ledger
    visitor.open("/leads/ledger")
    page.get_by_text("The photographs are to be compared.").wait_for()
    page.get_by_text("100 %").wait_for()
    look(visitor, "ledger")
    visitor.open("/leads/contradictions")
    page.get_by_text("no judgement contradicts another").wait_for()
    assert visitor.complaints == []
    assert visitor.strangers == []


def test_the_page_works_without_script(chromium, demonstration):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demonstration.url}/account/login/?next=/leads/%3Forder%3Dweight")
    page.locator("#id_login").fill("regional")
    page.locator("#id_password").fill(demonstration.passwords["regional"])
    page.locator("#id_password").press("Enter")
    page.locator("tbody a").last.click()
    page.get_by_role("radio", name=re.compile("Unsure")).check()
    page.locator("#id_basis").select_option("photograph")
    page.locator("#id_reason").fill("No photograph of the frame.")
    page.get_by_role("button", name="Record and stay").click()
    page.get_by_text("is recorded: unsure").wait_for()
    page.get_by_text("Could not say").first.wait_for()
    context.close()
