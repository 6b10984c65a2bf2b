"""A browser without a screen, on the pages of a real instance in a folder of its own.

Decision 19: ``focalpoint init`` and ``focalpoint serve`` run as users run them.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cast import PASSWORD

ROOT = Path(__file__).parents[2]
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


class Instance(NamedTuple):
    """Where the instance answers, and the pages of what it holds."""

    url: str
    home: Path
    incident: str
    firearm: str

    def work(self):
        """Let the worker do what waits, as it does beside a served instance."""
        env = os.environ | {"FOCALPOINT_HOME": str(self.home)}
        env.pop("FOCALPOINT_DATABASE", None)
        worker = [sys.executable, "-m", "focalpoint", "worker", "--until-empty"]
        subprocess.run(worker, env=env, check=True, timeout=180)


@pytest.fixture(scope="session")
def instance(tmp_path_factory):
    home = tmp_path_factory.mktemp("instance")
    env = {k: v for k, v in os.environ.items() if not k.startswith("FOCALPOINT_")}
    env |= {"FOCALPOINT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    focalpoint = [sys.executable, "-m", "focalpoint"]
    subprocess.run([*focalpoint, "init", "--no-admin"], env=env, check=True)
    world = subprocess.run(
        [sys.executable, "-m", "tests.journeys.world"],
        env=env,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [*focalpoint, "serve", "--port", str(port), "--processes", "1"]
    server = subprocess.Popen([*serve, "--no-worker"], env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/health", server)
        yield Instance(url, home, **json.loads(world.stdout))
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(url, server):
    for _second in range(120):
        if server.poll() is not None:
            pytest.fail(f"the server ended with {server.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(1)
    pytest.fail("the server does not answer")


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """A person at a screen; remembers what the browser complained about."""

    def __init__(self, context, url):
        self.url = url
        self.context = context
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
        if not request.url.startswith((self.url, "blob:")):
            self.strangers.append(request.url)

    def open(self, path):
        self.page.goto(f"{self.url}{path}", wait_until="load")
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


@pytest.fixture(scope="session")
def signed_in(chromium, instance):
    """Return the state of a browser in which somebody has signed in by the page."""
    known = {}

    def state(name):
        if name not in known:
            context = chromium.new_context()
            page = context.new_page()
            page.goto(f"{instance.url}/account/login/")
            page.locator("#id_login").fill(name)
            page.locator("#id_password").fill(PASSWORD)
            page.locator("#id_password").press("Enter")
            page.get_by_role("heading", level=1, name="What needs doing now").wait_for()
            known[name] = context.storage_state()
            context.close()
        return known[name]

    return state


@pytest.fixture
def visit(chromium, instance, signed_in):
    """Return a visitor: signed in when a name is given."""
    contexts = []

    def made(name="", viewport=WIDE, *, script=True):
        context = chromium.new_context(
            viewport=viewport,
            java_script_enabled=script,
            storage_state=signed_in(name) if name else None,
        )
        contexts.append(context)
        return Visitor(context, instance.url)

    yield made
    for context in contexts:
        context.close()
