"""How fast the audit trail is written and verified.

    python benchmarks/audit.py --events 200000

Makes an instance of its own in a temporary folder (or in the database that
FOCALPOINT_DATABASE names), appends events as bulk actions do and one by one, and
verifies the whole chain.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

CHUNK = 1000
SINGLE = 2000


class Record:
    """A stand-in with what the trail asks of a record."""

    type_code = "firearm"

    def __init__(self, number: int) -> None:
        self.pk = f"01a20076-01d6-755b-94dc-{number:012x}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000)
    wanted = parser.parse_args().events
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FOCALPOINT_HOME"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "focalpoint.settings"
        import django

        django.setup()
        measure(wanted)
    return 0


def measure(wanted: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from focalpoint.audit import actions, queries
    from focalpoint.web.management.commands.init import make_folders_and_keys

    make_folders_and_keys()
    call_command("migrate", verbosity=0, interactive=False)
    rows = []
    clock = Clock()
    for start in range(0, wanted, CHUNK):
        records = [Record(number) for number in range(start, start + CHUNK)]
        actions.write_many("records.create", records, by=None, fields=["make"])
    rows.append(("append in bulks of 1,000", wanted, *clock.read()))
    clock = Clock()
    for number in range(SINGLE):
        actions.write("records.view", by=None, on=Record(number))
    rows.append(("append one by one", SINGLE, *clock.read()))
    actions.seal()
    clock = Clock()
    assert queries.verify() == []
    rows.append(("verify", wanted + SINGLE, *clock.read()))
    print(
        f"{connection.vendor}, Python {sys.version.split()[0]}, {os.cpu_count()} cores"
    )
    print("| step | events | wall s | CPU s | events / CPU s |")
    print("|---|---|---|---|---|")
    for name, count, wall, cpu in rows:
        print(f"| {name} | {count:,} | {wall:.1f} | {cpu:.1f} | {count / cpu:,.0f} |")
    assert Path(os.environ["FOCALPOINT_HOME"]).exists()


class Clock:
    """Wall and CPU time since it was made."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self.wall, time.process_time() - self.cpu


if __name__ == "__main__":
    sys.exit(main())
