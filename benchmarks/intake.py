"""How long a large import takes and how much memory, with others at work beside it.

    .venv/bin/python benchmarks/intake.py [--rows 50000] [--beside] [--csv]

Makes a workbook of ROWS x 20 columns, imports it with ``focalpoint import`` into an
instance of its own, and prints one table: seconds, CPU seconds and MB of the import,
and with ``--beside`` the time of another user's page and save meanwhile: the 95th
percentile and the longest, which waited for the longest transaction of the import.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import xlsxwriter

HEADER = (
    "Broj zapisnika",
    "Serijski broj",
    "Marka",
    "Model",
    "Kalibar",
    "Vrsta oružja",
    "Datum oduzimanja",
    "Zemlja porijekla",
    "Godina proizvodnje",
    "Boja",
    "Ispravnost",
    "Napomena",
    "Organ",
    "Službenik",
    "Polica",
    "Sala",
    "Okvira",
    "Dužina cijevi",
    "Težina",
    "Oznaka",
)
MAKES = ("Zastava", "Crvena Zastava", "CZ", "Glock", "Beretta", "Tokarev", "Walther")
CALIBRES = ("7,65 mm", "9x19", "7.62x25", "9 mm Luger", "7,62x39", ".22 LR", "12")
TYPES = ("pištolj", "revolver", "puška", "sačmarica")


def write(path: Path, rows: int, seed: int) -> None:
    """Write a register as a directorate would send it."""
    chance = random.Random(seed)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("Zaplene")
    sheet.write_row(0, 0, ["Pregled zaplenjenog oružja"])
    sheet.write_row(2, 0, HEADER)
    for line in range(rows):
        number = f"{chance.choice('ABCDEFGHKLM')}{chance.randrange(10**6):06d}"
        sheet.write_row(
            line + 3,
            0,
            [
                f"Z-{line + 1}/{2015 + line % 10}",
                number if line % 50 else "izbrušen",
                chance.choice(MAKES),
                f"M{chance.randrange(40, 95)}",
                chance.choice(CALIBRES),
                chance.choice(TYPES),
                f"{1 + line % 28:02d}.{1 + line % 12:02d}.{2015 + line % 10}.",
                "Srbija",
                1950 + line % 70,
                "crna",
                "ispravno",
                f"Primedba {line % 997}",
                f"PU {line % 27}",
                f"Službenik {line % 311}",
                f"P-{line % 89}",
                f"S-{line % 7}",
                line % 4,
                90 + line % 400,
                600 + line % 3000,
                f"ozn-{line}",
            ],
        )
    book.close()


def beside(home: str, stop: threading.Event, times: dict[str, list[float]]) -> None:
    """Open a list and save a record again and again in a process of its own."""
    script = Path(__file__).with_name("intake_beside.py")
    worker = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "FOCALPOINT_HOME": home},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    stop.wait()
    out, _ = worker.communicate("\n")
    times.update(json.loads(out))


def children() -> float:
    """CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def percentile(values: list[float], share: float) -> float:
    """The value that a share of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    """Run once and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--beside", action="store_true")
    parser.add_argument("--csv", action="store_true")
    given = parser.parse_args()
    command = str(Path(sys.executable).with_name("focalpoint"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zaplene.xlsx"
        write(path, given.rows, given.seed)
        home = os.environ.get("FOCALPOINT_HOME") or f"{folder}/home"
        env = {**os.environ, "FOCALPOINT_HOME": home}
        subprocess.run([command, "init", "--no-admin"], env=env, check=True)
        subprocess.run(
            [sys.executable, "-c", UNIT], env=env, check=True, capture_output=True
        )
        stop, times = threading.Event(), {}
        other = threading.Thread(target=beside, args=(home, stop, times))
        if given.beside:
            other.start()
        began, used = time.perf_counter(), children()
        done = subprocess.run(
            [command, "import", str(path), "--json"],
            env=env,
            check=True,
            capture_output=True,
            text=True,
        )
        seconds, cpu = time.perf_counter() - began, children() - used
        stop.set()
        if given.beside:
            other.join()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    report = json.loads(done.stdout)
    rows = [
        ("rows read", f"{report['read']}"),
        ("rows accepted", f"{report['accepted']}"),
        ("seconds", f"{seconds:.1f}"),
        ("CPU seconds", f"{cpu:.1f}"),
        ("MB, largest process", f"{largest / 1024:.0f}"),
        ("cores", f"{os.cpu_count()}"),
        ("load average at the end", f"{os.getloadavg()[0]:.1f}"),
    ]
    for name, values in times.items():
        rows += [
            (f"{name} beside it, p95 ms", f"{percentile(values, 0.95) * 1000:.0f}"),
            (f"{name} beside it, longest ms", f"{max(values) * 1000:.0f}"),
            (f"{name} beside it, times", f"{len(values)}"),
        ]
    for name, value in rows:
        print(f"{name},{value}" if given.csv else f"{name:32} {value:>12}")


UNIT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "focalpoint.settings"
import django
django.setup()
from focalpoint.accounts import actions
from focalpoint.accounts.access import SYSTEM
from focalpoint.accounts.models import Unit
if not Unit.objects.exists():
    actions.add_unit("ffp", "Bench", by=SYSTEM, jurisdiction="rs", level="state")
"""

if __name__ == "__main__":
    main()
