"""Load a reference register, then look its entries up: seconds, CPU, size, latency.

    FOCALPOINT_HOME=/tmp/bench .venv/bin/python benchmarks/registers.py --rows 5000000

Writes an extract with makes and calibres as registers spell them (same seed, same
file), loads it as ``focalpoint load-register`` does, and measures one query at a time
through ``records.register_search`` (access and reading, no page), the candidates of one
record, and the whole action of saving one: its row, index, audit and suggestions.
``--skip-load`` measures what is loaded already; ``--kinds save`` the rows whose name
begins so.
"""

import argparse
import csv
import os
import random
import resource
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focalpoint.settings")
HEADINGS = (
    *("Registration number", "Type", "Make", "Model", "Calibre", "Serial number"),
    *("Country of manufacture", "Year of manufacture"),
)
MAKES = [
    (("Zastava", "Crvena zastava", "Црвена застава", "ZASTAVA ARMS"), "RS"),
    (("Beretta", "P. Beretta", "BERETTA"), "IT"),
    (("Glock", "GLOCK Ges.m.b.H."), "AT"),
    (("CZ", "Česká zbrojovka", "Ceska Zbrojovka"), "CZ"),
    (("Walther", "Carl Walther"), "DE"),
    (("Smith & Wesson", "SMITH WESSON", "S&W"), "US"),
    (("Browning", "BROWNING"), "BE"),
    (("Iž", "Izhmash", "ИЖМАШ"), "RU"),
    (("Tula", "TOZ"), "RU"),
    (("Remington", "REMINGTON"), "US"),
    (("Mauser", "MAUSER"), "DE"),
]
CALIBRES = [
    "9x19",
    "9 mm Luger",
    "7,65 mm",
    "7.62x39",
    "7,62x25",
    "12/70",
    ".38 Special",
]
MODELS = [
    "M70",
    "M57",
    "M88",
    "CZ99",
    "92FS",
    "PM",
    "TT-33",
    "M48",
    "G17",
    "P-64",
    "1911",
]
KINDS = ["pistol", "revolver", "rifle", "shotgun", "karabin", "pištolj", ""]
NAME = "Benchmark register"
COLUMNS = ("query", "n", "p50 ms", "p95 ms", "p99 ms", "cpu ms", "found", "hit")
SIGNS = "0123456789ABCDEFGHKLMNPRSTUVXZ"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--skip-load", action="store_true")
    parser.add_argument("--load-only", action="store_true")
    parser.add_argument("--csv", action="store_true")
    parser.add_argument("--kinds", default="", help="rows whose name begins so")
    arguments = parser.parse_args()
    import django

    django.setup()
    if not arguments.skip_load:
        load(arguments.rows, arguments.seed)
    if arguments.load_only:
        return
    measure_all(arguments)


# ---- loading


def load(count: int, seed: int) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from focalpoint.accounts.access import SYSTEM
    from focalpoint.accounts.models import Unit
    from focalpoint.intake import register_files, registers
    from focalpoint.web.management.commands.init import make_folders_and_keys

    make_folders_and_keys()
    call_command("migrate", verbosity=0, interactive=False)
    unit = Unit.objects.order_by("path").first() or Unit.objects.create(
        code="region", name="Region", path="/region/"
    )
    path = Path(settings.HOME) / "extract.csv"
    write(path, count, random.Random(seed))
    started, cpu, server = time.perf_counter(), time.process_time(), server_cpu()
    extract = register_files.open_file(path)
    edition = registers.begin(extract, NAME, by=SYSTEM, unit=unit)

    def tell(edition) -> None:
        if edition.done % 500_000 == 0:
            passed = time.perf_counter() - started
            print(
                f"{edition.done:,} rows, {passed:,.0f} s", file=sys.stderr, flush=True
            )

    edition = registers.run(edition, by=SYSTEM, extract=extract, tell=tell)
    wall = time.perf_counter() - started
    print(
        f"{edition.entries:,} entries of {path.stat().st_size / 1e6:,.0f} MB in "
        f"{wall:,.0f} s; CPU {time.process_time() - cpu:,.0f} s here, "
        f"{server_cpu() - server:,.0f} s in the database's server; peak "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB; "
        f"database {size() / 1e9:.2f} GB; load average {os.getloadavg()[1]:.1f}"
    )
    path.unlink()


def write(path: Path, count: int, chance: random.Random) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, delimiter=";")
        lines.writerow(HEADINGS)
        for number in range(1, count + 1):
            spellings, country = MAKES[int(len(MAKES) * chance.random() ** 1.6)]
            lines.writerow(
                (
                    f"REG-{number:08d}",
                    chance.choice(KINDS),
                    chance.choice(spellings),
                    chance.choice(MODELS),
                    chance.choice(CALIBRES),
                    serial_number(chance),
                    country,
                    1930 + int(95 * chance.random()),
                )
            )


def serial_number(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.03:
        return chance.choice(["", "removed", "uništen"])
    text = f"{chance.randrange(10 ** chance.choice((5, 6, 6, 6, 7, 7, 8))):05d}"
    if kind < 0.5:
        letters = "ABCDEFGHKLMNPRSTUVZ"
        text = chance.choice(letters) + chance.choice(["", "", "A", "B", "K"]) + text
    if kind > 0.97:
        place = chance.randrange(len(text))
        text = f"{text[:place]}?{text[place + 1 :]}"
    return f"No {text}" if chance.random() < 0.04 else text


def server_cpu() -> float:
    """Return the CPU seconds of the database's server, as far as it is on this machine."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition(") ")
        except OSError:
            continue
        if "(postgres" in name:
            fields = rest.split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def size() -> int:
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite":
        return Path(settings.DATABASES["default"]["NAME"]).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]


# ---- looking up


def measure_all(asked: argparse.Namespace) -> None:
    from django.db import connection

    from focalpoint.accounts.access import SYSTEM
    from focalpoint.records import registers

    entries = registers.entries(SYSTEM)
    total = entries.count()
    print(
        f"{connection.vendor}, {total:,} entries, {os.cpu_count()} cores, load average "
        f"{os.getloadavg()[0]:.1f}, seed {asked.seed}",
        file=sys.stderr,
    )
    edition = entries.values_list("edition_id", flat=True).first()
    guns = sample(entries, edition, total, asked.queries, random.Random(asked.seed))
    rows = [
        (kind, *told(make, guns, random.Random(f"{asked.seed}{kind}")))
        for told, kinds in MEASURED
        for kind, make in kinds.items()
        if kind.startswith(asked.kinds)
    ]
    if asked.csv:
        csv.writer(sys.stdout).writerows([COLUMNS, *rows])
        return
    for line in table(rows):
        print(line)


def table(rows: list[tuple]) -> list[str]:
    return [
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
        *("| " + " | ".join(map(str, row)) + " |" for row in rows),
    ]


def sample(entries, edition: int, total: int, count: int, chance) -> list:
    from focalpoint.records import register_tables

    first = register_tables.first_id(edition)
    found: list = []
    while len(found) < count:
        keys = [first + chance.randint(1, total) for _ in range(count * 2)]
        rows = entries.filter(pk__in=keys)
        found += [gun for gun in rows if gun.normal.isalnum() and len(gun.normal) >= 6]
    chance.shuffle(found)
    return found[:count]


def measure(make, guns: list, chance) -> tuple:
    from focalpoint.accounts.access import SYSTEM
    from focalpoint.records import register_search

    texts = [make(gun, chance) for gun in guns]
    times, found, hits, broad = [], [], 0, 0
    register_search.find(texts[0], SYSTEM)
    cpu = time.process_time()
    for gun, text in zip(guns, texts, strict=True):
        started = time.perf_counter()
        answer = register_search.find(text, SYSTEM)
        times.append((time.perf_counter() - started) * 1000)
        found.append(answer.total)
        broad += answer.is_more
        hits += any(hit.entry.pk == gun.pk for hit in answer.hits)
    cpu = (time.process_time() - cpu) * 1000 / len(texts)
    return (*figures(times, cpu, found), f"{hits / len(texts):.2f} ({broad} too many)")


def measure_candidates(make, guns: list, chance) -> tuple:
    from focalpoint.engines.resolution.described import describe
    from focalpoint.records import candidates

    times, found, hits = [], [], 0
    cpu = time.process_time()
    for gun in guns:
        asked = describe("q", serial=make(gun, chance), make=gun.make, model=gun.model)
        started = time.perf_counter()
        rows = candidates.for_firearm(asked).rows
        times.append((time.perf_counter() - started) * 1000)
        found.append(len(rows))
        hits += any(row.record.pk == gun.pk for row in rows)
    cpu = (time.process_time() - cpu) * 1000 / len(guns)
    return (*figures(times, cpu, found), f"{hits / len(guns):.2f}")


def measure_saves(make, guns: list, chance) -> tuple:
    """Save a recovered firearm for each number, with all that follows at once."""
    from django.db.models import Q

    from focalpoint.accounts.access import SYSTEM
    from focalpoint.accounts.models import Unit
    from focalpoint.leads.models import Lead
    from focalpoint.records import actions, registry

    kind, unit = registry.get("firearm"), Unit.objects.order_by("path").first()
    times, before, hits = [], Lead.objects.count(), 0
    cpu = time.process_time()
    for gun in guns:
        values = {
            **{name: getattr(gun, name) for name in ("make", "model", "calibre")},
            "kind": "recovered",
            "serial": make(gun, chance),
        }
        started = time.perf_counter()
        saved = actions.create(kind, values, by=SYSTEM, unit=unit)
        times.append((time.perf_counter() - started) * 1000)
        of_it = Q(first_id=saved.pk) | Q(second_id=saved.pk)
        hits += Lead.objects.filter(of_it).exists()
    cpu = (time.process_time() - cpu) * 1000 / len(guns)
    raised = (Lead.objects.count() - before) / len(guns)
    return (*figures(times, cpu, [round(raised)]), f"{hits / len(guns):.2f}")


def figures(times: list[float], cpu: float, found: list[int]) -> tuple:
    times.sort()
    return (
        len(times),
        f"{statistics.median(times):.1f}",
        f"{times[int(len(times) * 0.95) - 1]:.1f}",
        f"{times[int(len(times) * 0.99) - 1]:.1f}",
        f"{cpu:.1f}",
        int(statistics.median(found)),
    )


def unknown(count: int):
    def make(gun, chance) -> str:
        text = list(gun.normal)
        for place in chance.sample(range(len(text)), count):
            text[place] = "?"
        return "serial:" + "".join(text)

    return make


def misread(gun, chance) -> str:
    """Replace a figure by a figure or a letter by a letter."""
    place = chance.randrange(len(gun.normal))
    sign = gun.normal[place]
    kind = [one for one in SIGNS if one.isdigit() == sign.isdigit() and one != sign]
    other = chance.choice(kind)
    return f"serial:{gun.normal[:place]}{other}{gun.normal[place + 1 :]}"


def contains(gun, chance) -> str:
    place = chance.randrange(len(gun.normal) - 3)
    return f"serial:*{gun.normal[place : place + 4]}*"


KINDS_OF_QUERY = {
    "exact": lambda gun, chance: f"serial:{gun.normal}",
    "prefix of 4": lambda gun, chance: f"serial:{gun.normal[:4]}*",
    "suffix of 4": lambda gun, chance: f"serial:*{gun.normal[-4:]}",
    "contains 4": contains,
    "contains 4 and make": lambda g, c: f"{contains(g, c)} make:{g.make}",
    "one unknown": unknown(1),
    "two unknown": unknown(2),
    "three unknown": unknown(3),
    "one misread": misread,
    "beginning and end": lambda g, c: f"serial:{g.normal[:3]}*{g.normal[-2:]}",
    "own number": lambda gun, chance: f"number:{gun.number}",
}
KINDS_OF_RECORD = {
    "candidates, as read": lambda gun, chance: gun.serial,
    "candidates, one misread": lambda g, c: misread(g, c).partition(":")[2],
    "candidates, one unread": lambda g, c: unknown(1)(g, c).partition(":")[2],
    "candidates, two unread": lambda g, c: unknown(2)(g, c).partition(":")[2],
}
KINDS_OF_SAVE = {
    kind.replace("candidates", "save"): make for kind, make in KINDS_OF_RECORD.items()
}
MEASURED = (
    (measure, KINDS_OF_QUERY),
    (measure_candidates, KINDS_OF_RECORD),
    (measure_saves, KINDS_OF_SAVE),
)


if __name__ == "__main__":
    main()
