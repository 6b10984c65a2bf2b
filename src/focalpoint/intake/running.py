"""The work of an import, in steps that a kill cannot spoil.

Each step stores a few hundred rows and how far it came in one transaction; whoever
starts again goes on behind the last step.
"""

import itertools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from focalpoint.accounts.access import SYSTEM
from focalpoint.intake import actions, fields, files, opening, undoing
from focalpoint.intake.checking import (
    IDENTITY,
    OTHER_OBJECT,
    REJECTED,
    Checker,
    Planned,
)
from focalpoint.intake.models import Batch, BatchTable, Row
from focalpoint.intake.returned import ReturnChecker
from focalpoint.interop import mapping as mappings
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.mapping import Mapping
from focalpoint.interop.rows import Applied, Plan
from focalpoint.interop.tables import Table
from focalpoint.jobs import courtesy
from focalpoint.records import making
from focalpoint.values.errors import BadInput

CHECK_STEP = 1000
Status = Batch.Status
# A running number that means another firearm in this share of the rows is no key.
MOVED, MOVED_ROWS = 0.5, 5


class Pace:
    """How many rows are stored in one transaction: what takes an eighth of a second.

    Others wait for the database meanwhile, and for how long depends on the machine and
    on what else it does.
    """

    first, least, most = 250, 50, 1000
    seconds = 0.125

    def __init__(self) -> None:
        self.rows = self.first

    def took(self, seconds: float) -> None:
        """Take the time of the last transaction into account."""
        fitting = int(self.rows * self.seconds / max(seconds, 0.001))
        self.rows = max(self.least, min(self.most, fitting, 2 * self.rows))


def run(batch: Batch) -> Batch:
    """Go on with an import, wherever it stands."""
    by = batch.by or SYSTEM
    work = {
        Status.CHECKING: check,
        Status.RUNNING: carry_on,
        Status.REMOVING: undoing.remove,
        Status.UNDOING: undoing.undo,
    }.get(Status(batch.status))
    if work is None:
        return batch
    try:
        return work(batch, by=by)
    except BadInput as problem:
        return actions.settle(batch, Status.REFUSED, {}, by=by, reason=str(problem))


def check(batch: Batch, *, by: Any) -> Batch:
    """Go through every row of every table without storing a record."""
    courtesy.collect_writes()
    pending: dict[str, set[str]] = {}
    for part in batch.tables.all():
        mapping, checker, plan = _prepared(part, by, pending=pending)
        counts: dict[str, Any] = {}
        keys = pending.setdefault(mapping.record, set())
        moved = Counter[str]()
        done = 0
        for rows in _steps(plan.rows(), CHECK_STEP):
            planned = checker.plan(rows)
            keys.update(p.applied.key for p in planned if p.state != REJECTED)
            moved.update(_moved(planned))
            _count(counts, planned)
            done += len(rows)
            shown = _shown(part, plan.table, planned)
            actions.note_check(part, shown, done, counts, by=by)
        _refuse_moved(part, mapping, moved)
        part.rows = done
        part.save(update_fields=["rows"])
    return actions.settle(batch, Status.CHECKED, report(batch), by=by)


def carry_on(batch: Batch, *, by: Any) -> Batch:
    """Store what the check has planned, from where it stopped."""
    courtesy.collect_writes()
    for part in batch.tables.all():
        _mapping, checker, plan = _prepared(part, by)
        counts: dict[str, Any] = dict(part.counts)
        done = part.done
        rows = itertools.islice(plan.rows(), done, None)
        pace = Pace()
        while step := list(itertools.islice(rows, pace.rows)):
            planned = checker.plan(step)
            done += len(step)
            _count(counts, planned)
            begun = time.monotonic()
            actions.store(part, planned, done, counts, by=by)
            pace.took(time.monotonic() - begun)
    actions.reveal(batch, by=by)
    for part in batch.tables.all():
        if part.proposal.get("how") not in ("known", "own"):
            actions.save_profile(part, part.source, by=by)
    finished = actions.settle(batch, Status.DONE, report(batch), by=by)
    files.drop(batch)
    return finished


def report(batch: Batch) -> dict[str, Any]:
    """Return what became of the rows of all tables together."""
    total: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    tallies: Counter[str] = Counter()
    for part in batch.tables.all():
        total.update(part.counts.get("states", {}))
        problems.update(part.counts.get("problems", {}))
        tallies.update(part.counts.get("tallies", {}))
    accepted = total["created"] + total["updated"] + total["unchanged"]
    return {
        "read": accepted + total["rejected"],
        "accepted": accepted,
        "created": total["created"],
        "updated": total["updated"],
        "unchanged": total["unchanged"],
        "rejected": total["rejected"],
        "problems": dict(sorted(problems.items())),
        "recognised": {
            "serials": {
                status: count
                for status, count in sorted(tallies.items())
                if status not in ("make", "calibre")
            },
            "makes": tallies["make"],
            "calibres": tallies["calibre"],
        },
        "batch": str(batch.pk),
    }


def _prepared(
    part: BatchTable, by: Any, *, pending: dict[str, set[str]] | None = None
) -> tuple[Mapping, Checker | ReturnChecker, Plan]:
    table = files.table_of(part)
    mapping = opening.fitted(part, mappings.load(part.mapping, part.file))
    batch = part.batch
    plan = Plan(table, mapping, fields.fields_for(mapping.record))
    if part.proposal.get("how") == "own":
        own = ReturnChecker(mapping.record, table, unit=batch.unit, by=by)
        return mapping, own, plan
    checker = Checker(
        mapping,
        unit=batch.unit,
        by=by,
        source=part.source,
        sources=list(batch.tables.values_list("source", flat=True)),
        pending=pending,
    )
    return mapping, checker, plan


def _steps(rows: Iterator[Applied], size: int) -> Iterator[list[Applied]]:
    while step := list(itertools.islice(rows, size)):
        yield step


def _count(counts: dict[str, Any], planned: Sequence[Planned]) -> None:
    """Add some rows to the figures of a table."""
    states = counts.setdefault("states", {})
    problems = counts.setdefault("problems", {})
    tallies = counts.setdefault("tallies", {})
    for plan in planned:
        states[plan.state] = states.get(plan.state, 0) + 1
        for code in [problem.code for problem in plan.problems]:
            problems[code] = problems.get(code, 0) + 1
        for tally in plan.applied.tallies:
            tallies[tally] = tallies.get(tally, 0) + 1


def _shown(part: BatchTable, table: Table, planned: Sequence[Planned]) -> list[Row]:
    """Rows that somebody may want to look at."""
    wanted = {
        plan.applied.number: plan
        for plan in planned
        if plan.problems or plan.changes or plan.state == REJECTED
    }
    return [
        making.make(
            Row,
            {
                "table": part,
                "number": number,
                "state": plan.state,
                "key": plan.applied.key,
                "cells": [as_text(cell) for cell in plan.applied.cells],
                "problems": [problem_as_data(problem) for problem in plan.problems],
                "changes": plan.changes,
            },
        )
        for number, plan in wanted.items()
    ]


def problem_as_data(problem: Any) -> dict[str, Any]:
    """Return a problem as JSON holds it; translated when it is shown."""
    return {
        "code": problem.code,
        "message": problem.message,
        "params": {
            name: value if isinstance(value, str | int | float) else as_text(value)
            for name, value in problem.params.items()
        },
        "field": problem.field,
        "column": problem.column,
        "rejects": problem.rejects,
    }


def _moved(planned: Sequence[Planned]) -> Iterator[str]:
    """Compare rows with the records of the same key: which mean another object."""
    for plan in planned:
        if any(problem.code == OTHER_OBJECT for problem in plan.problems):
            yield "moved"
        if plan.found is None or plan.state == REJECTED:
            continue
        serial = plan.changes.get("serial")
        if serial is None:
            # Without numbers, two of the other marks must differ.
            others = [name for name in IDENTITY if all(plan.changes.get(name, [""]))]
            numbered = getattr(plan.found, "serial", "")
            yield "moved" if len(others) > 1 and not numbered else "same"
        elif serial[0] and serial[1]:
            yield "moved"


def _refuse_moved(part: BatchTable, mapping: Mapping, moved: Counter[str]) -> None:
    """Refuse a file whose key means other objects than in the sender's last file."""
    share = moved["moved"] / (moved.total() or 1)
    if moved["moved"] >= MOVED_ROWS and share > MOVED and mapping.key:
        raise BadInput(
            "the key %(key)s of %(file)s means other objects than in the last import "
            "from “%(source)s” (%(moved)d of %(all)d rows differ): it would "
            "overwrite them. Choose another key, or another name for the sender",
            key=", ".join(mapping.key),
            file=part.file,
            source=part.source,
            moved=moved["moved"],
            all=moved.total(),
        )


def progress(batch: Batch) -> tuple[int, int]:
    """Return how many rows are done, and of how many."""
    running = batch.status == Status.RUNNING
    tables = list(batch.tables.all())
    done = sum(table.done if running else table.checked for table in tables)
    return done, sum(table.rows for table in tables)
