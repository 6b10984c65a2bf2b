"""The night's comparison of all firearms: seconds, CPU, memory, leads; on one instance.

    FOCALPOINT_HOME=/tmp/bench .venv/bin/python benchmarks/suggestions.py --records 200000

Fills an empty instance with the records of ``focalpoint.simulation.linkage`` (several
records of one gun, dirt of the middle level), past the actions, and compares them as
``focalpoint suggest`` does: counting, finding pairs, weighing and raising them slice by
slice. A second run finds nothing changed, a third compares everything again and raises
nothing. ``--sample`` then saves some records anew one by one, as a person does, and
times the whole action with its suggestions. ``--skip-fill`` measures what is there.
"""

import argparse
import os
import random
import resource
import sys
import threading
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focalpoint.settings")
PORTION = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--level", default="middle", help="low, middle or high")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--skip-fill", action="store_true")
    parser.add_argument("--once", action="store_true", help="the first run only")
    arguments = parser.parse_args()
    import django

    django.setup()
    from django.db import connection

    if not arguments.skip_fill:
        fill(arguments.records, arguments.seed, arguments.level)
    print(
        f"{connection.vendor}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}, "
        f"seed {arguments.seed}, level {arguments.level}",
        flush=True,
    )
    nights(once=arguments.once)
    if arguments.sample:
        print()
        for line in saves(arguments.sample, arguments.seed):
            print(line)


# ---- records


def fill(count: int, seed: int, level: str) -> None:
    """Write firearms with their documents and numbers, in bulk."""
    from django.core.management import call_command

    import fill as bulk
    from focalpoint.records.models import Firearm, SearchDocument, SerialKey
    from focalpoint.simulation import linkage
    from focalpoint.web.management.commands.init import make_folders_and_keys

    make_folders_and_keys()
    call_command("migrate", verbosity=0, interactive=False)
    units, events = bulk.make_people(), bulk.events()
    made = linkage.linkage_set(count, seed=seed, level=level)
    columns = {
        name: [str(text) for text in made.column(name)]
        for name in ("serial", "make", "model", "calibre", "type")
    }
    del made
    bulk.without_triggers()
    guns = bulk.Writer(Firearm, (*bulk.VARYING, "as_read"))
    documents, keys = bulk.Writer(SearchDocument, bulk.DOCUMENT), bulk.Writer(SerialKey)
    chance, gun, numbers = random.Random(seed), Firearm(), 0
    for number in range(1, count + 1):
        read = {name: texts[number - 1] for name, texts in columns.items()}
        take(gun, read, chance.choice(units), number)
        guns.add(gun)
        event = events[chance.randrange(len(events))]
        bulk.MODEL_WORDS.setdefault(gun.model, words_of_model(gun.model))
        documents.add(bulk.document(number, gun, event))
        if gun.serial_normal:
            numbers += 1
            keys.add(bulk.number_row(numbers, number, gun.serial_normal))
        if number % PORTION == 0 or number == count:
            for writer in (guns, documents, keys):
                writer.flush()
            print(f"{number:,} of {count:,}", file=sys.stderr, flush=True)
    settle()


def settle() -> None:
    """Bring what a database keeps for itself in line with the rows."""
    import fill as bulk
    from focalpoint.records import fulltext

    fulltext.lay_out()
    fulltext.rebuild()
    bulk.settle_statistics()


def take(gun, read: dict[str, str], unit, number: int) -> None:
    """Let a firearm say what a source wrote down."""
    from focalpoint.records.identifiers import new_id
    from focalpoint.values import calibres, makes

    gun.pk = gun.dossier = new_id()
    gun.reference = f"{unit.jurisdiction.upper()}-F-2026-{number:07d}"
    gun.unit_id, gun.jurisdiction = unit.pk, unit.jurisdiction
    gun.handling, gun.source, gun.source_key = "h0", "register", str(number)
    gun.kind = ("recovered", "stolen", "surrendered")[number % 3]
    gun.make = makes.parse(read["make"]).make or ""
    gun.calibre = calibres.parse(read["calibre"]).calibre or ""
    gun.type, gun.model, gun.serial = "", read["model"][:80], read["serial"][:120]
    gun.as_read = {name: read[name] for name in ("make", "calibre", "type")}
    gun.origin_class, gun.event_date, gun.remarks = "industrial", "2024-05-05", ""
    gun.prepare()


def words_of_model(text: str):
    from types import SimpleNamespace

    from focalpoint.records.words import joined, words_of

    tokens = (f"model={word}" for word in (*words_of(text), joined(text)) if word)
    return SimpleNamespace(words=" ".join(words_of(text)), tokens=" ".join(tokens))


# ---- runs


def nights(*, once: bool, code: str = "firearm") -> None:
    """Print the table of a first night, one with nothing new, and one over all."""
    print("| run | records | leads | wall s | CPU s | of the server | peak MB |")
    print("|---" * 7 + "|")
    runs = (("first", False), ("nothing new", False), ("all", True))
    for name, everything in runs[:1] if once else runs:
        print(row(name, everything=everything, code=code), flush=True)


def row(name: str, *, everything: bool, code: str = "firearm") -> str:
    """Run once; return the line of the table of the records of one type."""
    from focalpoint.identity import actions

    told: list = []

    def tell(run) -> None:
        told.append(run)
        if len(told) % 100 == 0:
            print(f"{run.done:,} of {run.total:,}", file=sys.stderr, flush=True)

    with Peak() as peak:
        began, cpu, server = time.perf_counter(), cpu_here(), cpu_of_server()
        runs = actions.run_all(everything=everything, say=tell)
        wall = time.perf_counter() - began
    spent = cpu_here() - cpu
    [run] = [one for one in runs if one.record_type == code]
    leads = run.raised + run.reopened
    return (
        f"| {name} | {run.done:,} | {leads:,} | {wall:,.0f} | {spent:,.0f} "
        f"| {cpu_of_server() - server:,.0f} | {peak.megabytes:,.0f} |"
    )


def cpu_here() -> float:
    """Return the CPU seconds of this process with its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cpu_of_server() -> float:
    """Return the CPU seconds of the database's server; none where there is no server."""
    from django.db import connection

    import registers

    return registers.server_cpu() if connection.vendor == "postgresql" else 0.0


class Peak:
    """The most memory that this process holds while something runs."""

    def __enter__(self) -> "Peak":
        self.megabytes, self.over = 0.0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_told: object) -> None:
        self.over.set()
        self.thread.join()

    def _watch(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not self.over.wait(0.1):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self.megabytes = max(self.megabytes, pages * page / 1e6)


# ---- one record at a time


def saves(count: int, seed: int) -> list[str]:
    """Save more records of guns that are there; return the table of the whole action."""
    import registers
    from focalpoint.records.models import Firearm

    known = Firearm.objects.filter(serial_unknown=0, serial_known__gte=6)
    keys = list(known.values_list("pk", flat=True))
    chance = random.Random(seed)
    guns = list(Firearm.objects.filter(pk__in=chance.sample(keys, count)))
    for gun in guns:
        gun.normal = gun.serial_normal
    return registers.table(
        [
            (kind, *registers.measure_saves(make, guns, random.Random(f"{seed}{kind}")))
            for kind, make in registers.KINDS_OF_SAVE.items()
        ]
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
