"""Latency of search by kind of query, over an instance that ``fill.py`` has filled.

    FOCALPOINT_HOME=/tmp/bench .venv/bin/python benchmarks/search.py --queries 200

Each query runs through ``records.search.find`` as a person runs it: parsed, narrowed to
what the person sees, counted, the page of records loaded, the audit event written; in
a process that has loaded what a server loads.
Reference registers that are loaded (``registers.py``) are asked in the same search.
Queries are made from firearms drawn at random, so nearly all have an answer.
"""

import argparse
import csv
import os
import random
import statistics
import sys
import time
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focalpoint.settings")
LETTERS = "0123456789ABCDEFGHKLMNPRSTUVXZ"
COLUMNS = (
    "query",
    "person",
    "n",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "cpu ms",
    "found",
    "hit",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--people", nargs="*", default=["region", "state", "station"])
    parser.add_argument("--csv", action="store_true")
    arguments = parser.parse_args()
    import_module("focalpoint.wsgi")  # what a server loads
    from django.db import connection

    from focalpoint.accounts.models import User
    from focalpoint.records.models import SearchDocument

    print(
        f"{connection.vendor}, {SearchDocument.objects.count():,} documents, "
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}, "
        f"seed {arguments.seed}",
        file=sys.stderr,
    )
    rows = []
    for name in arguments.people:
        user = User.objects.get(username=name)
        guns = sample(user, arguments.queries, random.Random(arguments.seed))
        for kind, make in KINDS.items():
            rows.append((kind, name, *measure(kind, make, guns, user, arguments.seed)))
            if not arguments.csv:
                print(rows[-1], file=sys.stderr)
    show(rows, as_csv=arguments.csv)


def sample(user, count: int, chance: random.Random) -> list:
    """Draw firearms that the person sees and whose number is read in full."""
    from focalpoint.records import queries
    from focalpoint.records.models import SearchDocument

    last = SearchDocument.objects.order_by("-pk").values_list("pk", flat=True).first()
    found: list = []
    while len(found) < count:
        keys = SearchDocument.objects.filter(
            pk__in=[chance.randint(1, last) for _ in range(count * 20)]
        ).values_list("record", flat=True)
        guns = queries.records("firearm", user).filter(
            pk__in=list(keys), serial_status="intact", serial_known__gte=6
        )
        found += list(guns)
    return found[:count]


def measure(kind: str, make, guns: list, user, seed: int) -> tuple:
    """Time one kind of query; tell how often its firearm is on page one."""
    from focalpoint.records.search import Filter, find

    chance = random.Random(f"{seed}{kind}")
    texts = [(gun, make(gun, chance)) for gun in guns]
    find(Filter(texts[0][1], "firearm"), user)
    times, found, hits = [], [], 0
    cpu = time.process_time()
    for gun, text in texts:
        started = time.perf_counter()
        page = find(Filter(text, "firearm"), user)
        times.append((time.perf_counter() - started) * 1000)
        found.append(page.total)
        hits += any(hit.record.pk == gun.pk for hit in page.hits)
    cpu = (time.process_time() - cpu) * 1000 / len(texts)
    times.sort()
    return (
        len(times),
        f"{statistics.median(times):.1f}",
        f"{times[int(len(times) * 0.95) - 1]:.1f}",
        f"{times[int(len(times) * 0.99) - 1]:.1f}",
        f"{cpu:.1f}",
        int(statistics.median(found)),
        f"{hits / len(texts):.2f}",
    )


def unknown(count: int):
    def make(gun, chance: random.Random) -> str:
        text = list(gun.serial_normal)
        for place in chance.sample(range(len(text)), count):
            text[place] = "?"
        return "serial:" + "".join(text)

    return make


def misread(gun, chance: random.Random) -> str:
    text = gun.serial_normal
    place = chance.randrange(len(text))
    other = chance.choice([sign for sign in LETTERS if sign != text[place]])
    return f"serial:{text[:place]}{other}{text[place + 1 :]}"


def two_words(gun, chance: random.Random) -> str:
    return f"{gun.make.split('_')[0]} {gun.model}"


def rare_words(gun, chance: random.Random) -> str:
    return f"place:{chance.choice(['Preševo', 'Врање', 'Nis'])} {gun.model}"


KINDS = {
    "serial exact": lambda gun, chance: f"serial:{gun.serial_normal}",
    "number in the box": lambda gun, chance: gun.serial_normal,
    "serial prefix": lambda gun, chance: f"serial:{gun.serial_normal[:4]}*",
    "serial suffix": lambda gun, chance: f"serial:*{gun.serial_normal[-4:]}",
    "one unknown character": unknown(1),
    "two unknown characters": unknown(2),
    "one misread character": misread,
    "serial contains": lambda gun, chance: f"serial:*{gun.serial_normal[1:5]}*",
    "two words": two_words,
    "word and place": rare_words,
    "one common word": lambda gun, chance: "zastava",
    "make and period": lambda gun, chance: (
        f"make:{gun.make} seized:{gun.event_date[:4]}.."
    ),
}


def show(rows: list, *, as_csv: bool) -> None:
    if as_csv:
        csv.writer(sys.stdout).writerows([COLUMNS, *rows])
        return
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + "---|" * len(COLUMNS))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")


if __name__ == "__main__":
    main()
