"""Linkage measured: ``focalpoint link`` beside plain rules and stock Splink.

    .venv/bin/python benchmarks/linkage.py within --records 1000000 --seed 101
    .venv/bin/python benchmarks/linkage.py against --registered 5000000 --seed 102

Every method is one process from CSV to CSV: CPU seconds (user and system) and peak
memory are those of that process, reading and writing included. ``--keep`` names a
folder in which the records are left and found again by the next run with the same
arguments. The records and their truth come from ``focalpoint.simulation.linkage``; results count pairs of ``same`` at or
above a weight. Classes of a true pair, by what was done to its two serial numbers:

- ``clean``: nothing but affixes, separators and small letters; ``script``: besides,
  Cyrillic letters transliterated or replaced by look-alikes;
- ``confusable``, ``edit``: one such error in the two records together;
- ``several``: two or more of them; ``obliterated``: characters unread in one or both;
- ``missing``: no number in one or both.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb

from focalpoint.simulation import linkage

HERE = Path(__file__).parent
FOCALPOINT = (sys.executable, "-m", "focalpoint", "link")
BESIDE = (sys.executable, str(HERE / "linkage_beside.py"))
CLASSES = (
    *("clean", "script", "confusable", "edit", "several", "obliterated", "missing"),
)
WEIGHTS = (0, 4, 8, 10)
PRECISE = 0.97
CANDIDATES = 50
LOWEST = -12


class Run(NamedTuple):
    """One process: its pairs, CPU seconds and peak memory in MiB."""

    pairs: Path
    cpu: float
    memory: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=["within", "against"])
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--registered", type=int, default=500_000)
    parser.add_argument("--recovered", type=int, default=50_000)
    parser.add_argument("--level", default="middle", help="low, middle or high")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--methods", nargs="*", default=list(METHODS))
    parser.add_argument("--keep", type=Path, help="folder for the records")
    options = parser.parse_args()
    print(
        f"{options.task}, level {options.level}, seed {options.seed}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}",
        flush=True,
    )
    measure = within if options.task == "within" else against
    with tempfile.TemporaryDirectory() as name:
        for line in measure(options, _folder(options) or Path(name)):
            print(line, flush=True)


def _folder(options: argparse.Namespace) -> Path | None:
    """The folder kept for these arguments, if one is asked for."""
    if options.keep is None:
        return None
    size = (
        f"{options.records}"
        if options.task == "within"
        else f"{options.recovered}-{options.registered}"
    )
    folder = options.keep / f"{options.task}-{size}-{options.level}-{options.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    return Path(folder)


def within(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Find the pairs of one file."""
    if not (folder / "truth_a.csv").exists():
        made = linkage.linkage_set(
            options.records, seed=options.seed, level=options.level
        )
        made.write(folder / "a.csv", folder / "truth_a.csv")
        del made
    truth = Truth(folder, against=False)
    yield f"{options.records:,} records, {truth.size:,} true pairs"
    yield ""
    weights = " | ".join(f"P / R at {weight}" for weight in WEIGHTS)
    classes = " | ".join(CLASSES)
    yield f"| method | CPU s | MiB | {weights} | R at P {PRECISE} |"
    yield "|---" * (len(WEIGHTS) + 4) + "|"
    found = []
    for method in options.methods:
        run = METHODS[method](folder, [])
        truth.take(run.pairs)
        marks = " | ".join(truth.share(weight) for weight in WEIGHTS)
        yield f"| {method} | {run.cpu:.0f} | {run.memory} | {marks} | {truth.best()} |"
        found.append(f"| {method} at 0 | {truth.recall(0)} |")
    if "focalpoint" in options.methods:
        run = METHODS["focalpoint"](folder, ["--threshold", str(LOWEST)])
        truth.take(run.pairs, relations="all")
        found.append(f"| candidates, weight {LOWEST} and more | {truth.recall(-99)} |")
    yield ""
    yield f"| recall by error | {classes} | all |"
    yield "|---" * (len(CLASSES) + 2) + "|"
    yield from found


def against(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Find recovered firearms in a register kept with a quarter of the dirt."""
    if not (folder / "truth_a.csv").exists():
        register, recovered = linkage.trace_set(
            options.registered,
            options.recovered,
            seed=options.seed,
            level=options.level,
        )
        register.write(folder / "b.csv", folder / "truth_b.csv")
        recovered.write(folder / "a.csv", folder / "truth_a.csv")
        del register, recovered
    truth = Truth(folder, against=True)
    yield (
        f"{options.recovered:,} recovered, {truth.size:,} of them among "
        f"{options.registered:,} registered"
    )
    yield ""
    yield (
        "| method | CPU s | MiB | best pair, P / R at 0 | at 4 | at 8 | "
        f"R at P {PRECISE} | truth in first 1 | 3 | 10 | {CANDIDATES} |"
    )
    yield "|---" * 11 + "|"
    found = []
    for method in options.methods:
        extra = ["--top", str(CANDIDATES)] if method == "focalpoint" else []
        run = METHODS[method](folder, ["--against", str(folder / "b.csv"), *extra])
        truth.take(run.pairs, relations="all")
        ranks = " | ".join(truth.ranked(first) for first in (1, 3, 10, CANDIDATES))
        found.append(f"| {method}, {CANDIDATES} candidates | {truth.recall(-99)} |")
        truth.take(run.pairs, first=True)
        marks = " | ".join(truth.share(weight) for weight in WEIGHTS[:3])
        yield (
            f"| {method} | {run.cpu:.0f} | {run.memory} | {marks} | {truth.best()} "
            f"| {ranks} |"
        )
        found.append(f"| {method}, best pair at 0 | {truth.recall(0)} |")
    yield ""
    yield f"| recall by error | {' | '.join(CLASSES)} | all |"
    yield "|---" * (len(CLASSES) + 2) + "|"
    yield from found


def _process(command: Iterable[str], folder: Path, extra: list[str]) -> Run:
    out = folder / "pairs.csv"
    whole = [*command, str(folder / "a.csv"), *extra, "--out", str(out)]
    child = subprocess.Popen(whole, stderr=subprocess.PIPE, text=True)
    said = child.stderr.read() if child.stderr else ""
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{' '.join(whole)} failed:\n{said}")
    return Run(out, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def _method(*command: str) -> Callable[[Path, list[str]], Run]:
    return lambda folder, extra: _process(command, folder, extra)


METHODS = {
    "exact": _method(*BESIDE, "exact"),
    "light": _method(*BESIDE, "light"),
    "splink": _method(*BESIDE, "splink"),
    "focalpoint": _method(*FOCALPOINT),
}


class Truth:
    """The true pairs with their classes, and the pairs of one method beside them."""

    def __init__(self, folder: Path, *, against: bool) -> None:
        self.connection = duckdb.connect()
        other, once = ("b", "") if against else ("a", "AND l.id < r.id")
        for name in {"a", other}:
            self.connection.execute(
                f"CREATE TABLE truth_{name} AS SELECT id, gun, coalesce(errors, '') "
                f"AS errors FROM read_csv('{folder}/truth_{name}.csv')"
            )
        self.connection.execute(
            f"CREATE TABLE truth AS SELECT l.id AS id_a, r.id AS id_b, "
            f"{_class_of('l.errors', 'r.errors')} AS class "
            f"FROM truth_a l JOIN truth_{other} r ON l.gun = r.gun {once}"
        )
        self.size = self._one("SELECT count(*) FROM truth")

    def _one(self, statement: str) -> float:
        row = self.connection.execute(statement).fetchall()[0]
        return row[0] or 0

    def take(self, path: Path, *, relations: str = "same", first: bool = False) -> None:
        """Read the pairs of a method; ``first``: only the best pair of an ``id_a``."""
        kept = "TRUE" if relations == "all" else f"relation = '{relations}'"
        best = "QUALIFY place = 1" if first else ""
        self.connection.execute(
            f"""
            CREATE OR REPLACE TABLE pairs AS
            SELECT p.*, class, class IS NOT NULL AS truly FROM (
                SELECT id_a, id_b, weight, row_number() OVER
                    (PARTITION BY id_a ORDER BY weight DESC, id_b) AS place
                FROM read_csv('{path}', max_line_size = 10000000) WHERE {kept} {best}
            ) p LEFT JOIN truth t USING (id_a, id_b)
            """
        )

    def share(self, weight: float) -> str:
        """Precision and recall at a weight."""
        where = f"FROM pairs WHERE weight >= {weight}"
        said = self._one(f"SELECT count(*) {where}")
        right = self._one(f"SELECT count(*) {where} AND truly")
        return f"{right / said:.3f} / {right / self.size:.3f}" if said else "-"

    def best(self) -> str:
        """The largest recall that any weight gives at the precision asked for."""
        rows = self.connection.execute(
            f"""
            SELECT weight, right_ FROM (
                SELECT weight, sum(sum(truly::INT)) OVER w AS right_,
                    sum(count(*)) OVER w AS said
                FROM pairs GROUP BY weight WINDOW w AS (ORDER BY weight DESC)
            ) WHERE right_ >= {PRECISE} * said ORDER BY right_ DESC LIMIT 1
            """
        ).fetchall()
        if not rows:
            return "none"
        return f"{rows[0][1] / self.size:.3f} at {rows[0][0]:.1f}"

    def ranked(self, first: int) -> str:
        """How often the truth is among the first so many of its record."""
        right = self._one(
            f"SELECT count(*) FROM pairs WHERE truly AND place <= {first}"
        )
        return f"{right / self.size:.3f}"

    def recall(self, weight: float) -> str:
        """Recall of every class of error and of all."""
        rows = dict(
            self.connection.execute(
                f"""
                SELECT class, coalesce(right_, 0) / total FROM
                (SELECT class, count(*) AS total FROM truth GROUP BY class) LEFT JOIN
                (SELECT class, count(*) AS right_ FROM pairs
                 WHERE truly AND weight >= {weight} GROUP BY class) USING (class)
                """
            ).fetchall()
        )
        all_ = self._one(
            f"SELECT count(*) FROM pairs WHERE truly AND weight >= {weight}"
        )
        shares = [f"{rows.get(name, 0):.3f}" for name in CLASSES]
        return " | ".join([*shares, f"{all_ / self.size:.3f}"])


def _class_of(one: str, other: str) -> str:
    def has(name: str) -> str:
        return f"(contains({one}, '{name}') OR contains({other}, '{name}'))"

    slips = " + ".join(
        f"contains({errors}, '{name}')::INT"
        for errors in (one, other)
        for name in ("confusable", "edit")
    )
    return (
        f"CASE WHEN {has('missing')} THEN 'missing' "
        f"WHEN {has('obliterated')} THEN 'obliterated' "
        f"WHEN {slips} > 1 THEN 'several' WHEN {has('confusable')} THEN 'confusable' "
        f"WHEN {has('edit')} THEN 'edit' WHEN {has('script')} THEN 'script' "
        "ELSE 'clean' END"
    )


if __name__ == "__main__":
    main()
