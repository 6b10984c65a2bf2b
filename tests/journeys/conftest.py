"""A browser without a screen, on pages of a real server with a real database."""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from tests import cast

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop

CHROMIUM = os.environ.get("FOCALPOINT_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items):
    """Mark every test of this folder."""
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker("journey")


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def people(transactional_db):
    yield cast.assemble()
    # The trail refuses to be emptied, which is what happens to tables after this test.
    # The triggers come back with the signal that follows.
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_event_no_{verb}")


class Visitor:
    """A person at a screen; remembers what the browser complained about."""

    def __init__(self, context, server):
        self.server = server.url
        self.page = context.new_page()
        self.complaints = []
        self.strangers = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch)

    def _listen(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def _watch(self, request):
        if not request.url.startswith((self.server, "blob:")):
            self.strangers.append(request.url)

    def open(self, path):
        self.page.goto(f"{self.server}{path}", wait_until="load")
        return self.page

    def violations(self):
        """Return what axe finds wrong, in a few words each."""
        script = AXE.read_text(encoding="utf-8")
        found = self.page.evaluate(
            f"{script}; axe.run(document, {{resultTypes: ['violations']}})"
        )
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:120]}"
            for one in found["violations"]
        ]

    def spills(self):
        """Tell whether the page scrolls sideways."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth > window.innerWidth"
        )


@pytest.fixture
def visit(chromium, live_server):
    """Return a visitor: signed in when a user is given."""
    contexts = []

    def made(user=None, viewport=WIDE):
        context = chromium.new_context(viewport=viewport)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies = [
                {"name": name, "value": morsel.value, "url": live_server.url}
                for name, morsel in client.cookies.items()
            ]
            context.add_cookies(json.loads(json.dumps(cookies)))
        return Visitor(context, live_server)

    yield made
    for context in contexts:
        context.close()
