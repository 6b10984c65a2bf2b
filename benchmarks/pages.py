"""How fast pages are while people work.

    FOCALPOINT_HOME=/tmp/bench .venv/bin/python benchmarks/fill.py --firearms 1000000
    FOCALPOINT_HOME=/tmp/bench .venv/bin/python benchmarks/furnish.py --firearms 400
    FOCALPOINT_HOME=/tmp/bench .venv/bin/python benchmarks/pages.py --seconds 300

Starts the server on the instance, signs in ``--people`` sessions through the sign-in
page, and lets each open a page every four seconds: lists, dossiers, searches. The load
comes from the same machine. Reading is audited as always.

A virtual machine shares its processors with others. What its host kept from it is told,
and the pages that were opened while it kept next to nothing stand in a table of their
own, beside that of all pages.
"""

import argparse
import bisect
import http.client
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlencode

PORT = 8971
EVERY_SECONDS = 4.0
TICKS = os.sysconf("SC_CLK_TCK")
SERIALS = ("A 1{}", "B?{}", "{}")
CALM = 0.05  # of the processors' time
SETTLED = 5  # seconds of calm before a page counts as opened in calm

Pages = dict[str, list[tuple[float, float]]]  # when each page was asked for, how long


class Person:
    """A browser with cookies, without the rest."""

    def __init__(self, name: str, password: str) -> None:
        self.name, self.password = name, password
        self.cookies: dict[str, str] = {}

    def request(self, method: str, path: str, form: dict[str, str] | None = None):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "Host": f"localhost:{PORT}",
            "Referer": f"http://localhost:{PORT}/",
        }
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, text

    def sign_in(self) -> None:
        _status, page = self.request("GET", "/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {
            "csrfmiddlewaretoken": token.group(1) if token else "",
            "login": self.name,
            "password": self.password,
        }
        status, page = self.request("POST", "/account/login/", form)
        if status != 302:
            raise SystemExit(f"{self.name} could not sign in: {status}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--user", default="state")
    parser.add_argument("--password", default="benchmark")
    options = parser.parse_args()
    server = subprocess.Popen(
        [sys.executable, "-m", "focalpoint", "serve", "--port", str(PORT)],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait()
        crowd = [Person(options.user, options.password) for _ in range(options.people)]
        for person in crowd:
            person.sign_in()
        host = Host()
        measured, cpu = work(crowd, options.seconds, server.pid)
        host.stop()
    finally:
        server.terminate()
        server.wait(timeout=30)
    pages = sum(map(len, measured.values()))
    print(
        f"{os.cpu_count()} cores, load average {os.getloadavg()[1]:.1f}, {pages} pages, "
        f"{1000 * cpu / pages:.0f} CPU ms a page, {host.share():.0%} of the time stolen "
        "by the host"
    )
    show("all pages", measured)
    calm = {kind: list(filter(host.was_calm, ones)) for kind, ones in measured.items()}
    show(f"while the host stole less than {CALM:.0%}", calm)
    return 0


class Host:
    """What the host of a virtual machine kept from its processors, second by second."""

    def __init__(self) -> None:
        self.seen = [(time.monotonic(), stolen())]
        self.ended = threading.Event()
        self.watch = threading.Thread(target=self._watch)
        self.watch.start()

    def _watch(self) -> None:
        while not self.ended.wait(1):
            self.seen.append((time.monotonic(), stolen()))

    def stop(self) -> None:
        self.ended.set()
        self.watch.join()
        self.seen.append((time.monotonic(), stolen()))

    def share(self, first: int = 0, last: int = -1) -> float:
        (begun, before), (ended, after) = self.seen[first], self.seen[last]
        return (after - before) / (ended - begun) / (os.cpu_count() or 1)

    def was_calm(self, page: tuple[float, float]) -> bool:
        """Tell whether a page was opened in peace, with nothing left to catch up."""
        begun, taken = page
        moments = [moment for moment, _ in self.seen]
        first = bisect.bisect_right(moments, begun - SETTLED) - 1
        last = bisect.bisect_left(moments, begun + taken)
        if first < 0 or last >= len(moments):
            return False
        return all(self.share(i, i + 1) < CALM for i in range(first, last))


def work(crowd: list[Person], seconds: int, pid: int):
    """Let everybody open pages; return the times by kind and the CPU of the server."""
    _status, page = crowd[0].request("GET", "/records/firearm/")
    dossiers = sorted(set(re.findall(r'"(/records/firearm/[0-9a-f-]{36})"', page)))
    measured: Pages = defaultdict(list)
    failures: list[str] = []
    lock, end = threading.Lock(), time.monotonic() + seconds

    def live(person: Person, number: int) -> None:
        chance = random.Random(number)
        time.sleep(chance.random() * EVERY_SECONDS)
        while time.monotonic() < end:
            kind, path = choose(chance, dossiers)
            begun = time.monotonic()
            status, _text = person.request("GET", path)
            taken = time.monotonic() - begun
            with lock:
                measured[kind].append((begun, taken))
                if status != 200:
                    failures.append(f"{status} {path}")
            time.sleep(max(EVERY_SECONDS - taken, 0))

    before = cpu_of(pid)
    threads = [
        threading.Thread(target=live, args=(person, n))
        for n, person in enumerate(crowd)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        print(f"{len(failures)} pages failed, the first: {failures[0]}")
    return measured, cpu_of(pid) - before


def choose(chance: random.Random, dossiers: list[str]) -> tuple[str, str]:
    kind = chance.choice(("list", "dossier", "dossier", "search"))
    if kind == "list":
        return kind, f"/records/firearm/?page={chance.randint(1, 20)}"
    if kind == "dossier":
        return kind, chance.choice(dossiers)
    serial = chance.choice(SERIALS).format(chance.randint(1000, 9999))
    return kind, f"/search/?{urlencode({'q': f'serial:{serial}'})}"


def cpu_of(pid: int) -> float:
    """Return CPU seconds of a process and everything below it, dead children too."""
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            below = Path(f"/proc/{one}/task/{one}/children").read_text().split()
        except OSError:
            continue
        total += sum(int(ticks) for ticks in fields[11:15]) / TICKS
        waiting += [int(child) for child in below]
    return total


def wait() -> None:
    for _ in range(600):
        try:
            status, _text = Person("", "").request("GET", "/health")
        except OSError:
            status = 0
        if status == 200:
            return
        time.sleep(0.1)
    raise SystemExit("the server did not answer")


def stolen() -> float:
    """Return the seconds that the host of a virtual machine kept from its processors."""
    with Path("/proc/stat").open() as lines:
        return int(next(lines).split()[8]) / TICKS


def show(title: str, measured: Pages) -> None:
    print(f"| {title} | n | p50 ms | p95 ms | p99 ms |")
    print("|---|---|---|---|---|")
    for kind, pages in sorted(measured.items()):
        ordered = sorted(taken for _begun, taken in pages)
        cells = (
            f"{1000 * ordered[int(len(ordered) * q)]:.0f}" if ordered else ""
            for q in (0.5, 0.95, 0.99)
        )
        print(f"| {kind} | {len(ordered)} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    sys.exit(main())
