"""The planted emergences of the simulated region, month by month as they became known.

Run ``python benchmarks/detection_emergences.py [--seeds 1,2] [--size small]``. At the end
of each of the last 42 months the novelty signals, the routes and the default detector see
only what was reported by then. An emergence is found in the month in which something told
names at least two of its events (one, for what is always told), at least a third of what
is named; delay counts from the day of its first event to the end of that month. All else
that is told is false. Records carry the words that normalised records have.
"""

import argparse
import os
import statistics
import time
from collections import defaultdict
from datetime import date, timedelta

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from focalpoint.commands.detection_novelty import run_signals
from focalpoint.engines.detection import default, merging, replay, routes, tree
from focalpoint.engines.detection.novelty import Record
from focalpoint.engines.detection.pooled import Params
from focalpoint.engines.detection.series import Panel
from focalpoint.simulation import scenario
from focalpoint.simulation.happenings import Event
from focalpoint.simulation.planted import PLANTED

ORIGIN = date(1970, 1, 1)
MONTHS = 42
BUDGET = 5  # signals of one kind that an analyst reads in a month
ALWAYS = {"S06", "S15"}


def day(moment: date) -> int:
    return (moment - ORIGIN).days


def records_of(event: Event) -> list[Record]:
    """One record for each gun, else one for the event."""
    shared = {
        "jurisdiction": event.jurisdiction,
        "place": event.place.name,
        "concealment": event.concealment,
        "reported_day": str(day(event.reported)),
    }
    lots = [r for r in event.rounds if r.lot]
    if lots:
        shared |= {"headstamp": f"{lots[0].headstamp} {lots[0].lot}"}
        shared |= {"scene": event.number}
    if event.parcel:
        shared |= {"sender": event.parcel.sender, "declared": event.parcel.declared}
    found = []
    for item in event.items:
        gun, model = item.gun, item.gun.model
        own = {
            "make": model.make,
            "model": f"{model.make} {model.model}".strip(),
            "calibre": gun.actual_calibre,
            "type": gun.type,
            "origin": gun.origin,
            "serial": gun.serial,
        }
        if gun.converted:
            own["conversion_source"] = own["model"]
        found.append((f"{event.number}/{item.number}", shared | own))
    for device in event.devices[:1]:
        found.append(
            (f"{event.number}/{device.number}", shared | {"type": device.family})
        )
    if not found:
        found = [(event.number, shared)]
    when = day(event.day)
    return [Record(i, when, {k: v for k, v in f.items() if v}) for i, f in found]


def fired_records(lives: object) -> list[tuple[date, Record]]:
    """What the laboratory joined to a series: gun and scene."""
    where = {e.number: e for e in lives.events}  # type: ignore[attr-defined]
    return [
        (
            row.received,
            Record(
                f"{row.event}/{row.number}",
                day(where[row.event].day),
                {
                    "gun": row.series,
                    "scene": row.event,
                    "jurisdiction": row.jurisdiction,
                },
            ),
        )
        for row in lives.fired  # type: ignore[attr-defined]
        if row.series
    ]


class Ledger:
    """What was told when, and whose it was."""

    def __init__(self, events: list[Event]) -> None:
        self.planted = {e.number: e.planted for e in events if e.planted}
        self.first: dict[str, date] = {}
        for event in events:
            if event.planted:
                self.first.setdefault(event.planted, event.day)
        self.found: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
        self.told: dict[str, int] = defaultdict(int)
        self.false: dict[str, int] = defaultdict(int)

    def tell(
        self, kind: str, what: str, ids: list[str], then: date, least: int
    ) -> None:
        numbers = {i.split("/")[0] for i in ids}
        codes = [self.planted[n] for n in numbers if n in self.planted]
        self.told[kind] += 1
        best = max(set(codes), key=codes.count) if codes else ""
        share = codes.count(best) / len(numbers) if codes else 0.0
        if not codes or codes.count(best) < least or share < 1 / 3:
            self.false[kind] += 1
            return
        delay = (then - self.first[best]).days
        self.found[best].setdefault(kind, (delay, what))


def month_ends(last: date) -> list[date]:
    ends, end = [], last
    for _ in range(MONTHS):
        ends.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return ends[::-1]


def run_records(
    ledger: Ledger, known: list[tuple[date, Record]], ends: list[date]
) -> None:
    columns = {c for _, r in known for c in r.fields} | {"reported"}
    seen: set[tuple[str, str]] = set()
    for end in ends:
        then = [r for reported, r in known if reported <= end]
        since = day(end.replace(day=1)) - 31
        ranked: dict[str, int] = defaultdict(int)
        for sighting in run_signals(then, columns, since, [], None):
            key = (sighting.signal, sighting.value)
            if key in seen:
                continue
            ranked[sighting.signal] += 1
            if ranked[sighting.signal] > BUDGET:
                continue
            seen.add(key)
            least = 1 if sighting.always or sighting.signal.startswith("S01") else 2
            least = 1 if sighting.signal in ALWAYS else least
            if sighting.signal in {"S02-first", "S02-calibre", "S09-first"}:
                least = 1
            ledger.tell(sighting.signal, sighting.value, sighting.ids, end, least)


def run_routes(ledger: Ledger, events: list[Event], ends: list[date]) -> None:
    seen: set[tuple[str, str, str]] = set()
    for end in ends:
        moves = []
        for event in events:
            stops = tuple(s for s in event.route if s)
            if event.crossing and len(stops) > 1:
                stops = (stops[0], event.crossing, stops[-1])
            if event.reported <= end and len(stops) > 1:
                moves.append(routes.Move(event.number, day(event.day), stops))
        for edge in routes.find(moves, routes.Params())[:BUDGET]:
            key = (edge.origin, edge.via, edge.destination)
            if edge.last <= day(end) - 62 or key in seen:
                continue
            seen.add(key)
            ledger.tell("S08", ">".join(key), edge.ids, end, 1)


def run_counts(
    ledger: Ledger, known: list[tuple[date, Record]], last: date, every: int
) -> int:
    """The default detector over counts by item, place and conversion."""
    rows = [(w, r) for w, r in known if r.get("type")]
    start = min(r.day for _, r in rows)
    weeks = (day(last) - start) // 7 + 1
    names: dict[tuple[str, ...], int] = {}
    levels = ("type", "calibre", "model", "jurisdiction", "place", "conversion")
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    parts = []
    for reported, record in rows:
        device = record.get("type") and not record.get("make")
        key = (
            record.get("type"),
            record.get("calibre"),
            record.get("model"),
            record.get("jurisdiction"),
            record.get("place") if device else "",
            record.get("origin"),
        )
        at = names.setdefault(key, len(names))
        week = (record.day - start) // 7
        told = max((day(reported) - start) // 7, week)
        cells[at, week].append(record.id)
        parts.append((at, week, told))
    values = np.zeros((len(names), weeks))
    for at, week, _ in parts:
        values[at, week] += 1
    columns = np.array(parts).T
    reports = replay.Reports(columns[0], columns[1], columns[2], np.ones(len(parts)))
    panel = Panel(
        [" ".join(x for x in k if x) for k in names],
        np.arange(weeks),
        values,
        epoch=(start + 7.0 * np.arange(weeks)),
        paths={n: [k[i] for k in names] for i, n in enumerate(levels)},
    )
    grown, stories = tree.grow(panel), merging.Stories()
    index = {n: i for i, n in enumerate(panel.names)}
    first = weeks - MONTHS * 52 // 12
    for at in range(first + (weeks - 1 - first) % every, weeks, every):
        then = replay.as_known(panel, reports, at)
        share = replay.completeness(reports, at)
        run = default.detect(
            then, at, Params(), grown, share, every * (at >= first + every)
        )
        for event in run.events:
            if not stories.add(event)[1]:
                continue
            ids = [
                i
                for name, _, _ in event.parts
                for w in range(at - event.length + 1, at + 1)
                for i in cells.get((index[name], w), ())
            ]
            end = ORIGIN + timedelta(days=start + 7 * at + 6)
            ledger.tell("default", event.series, ids, end, 2)
    return len(names)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--size", default="small")
    parser.add_argument("--every", type=int, default=4, help="weeks between looks")
    arguments = parser.parse_args()
    begun = time.process_time()
    ledgers = []
    for seed in arguments.seeds.split(","):
        made = scenario.build(int(seed), arguments.size)
        events = made.lives.events
        known = [(e.reported, r) for e in events for r in records_of(e)]
        ends = month_ends(made.last)
        ledger = Ledger(events)
        run_records(ledger, known, ends)
        run_records(ledger, fired_records(made.lives), ends)
        run_routes(ledger, events, ends)
        size = run_counts(ledger, known, made.last, arguments.every)
        ledgers.append(ledger)
        print(f"seed {seed}: {len(events)} events, {len(known)} records, {size} series")
    report(ledgers)
    print(f"{time.process_time() - begun:.0f} s CPU")


def report(ledgers: list[Ledger]) -> None:
    print("\nemergence                found  first by (median delay in days); others")
    for entry in PLANTED:
        there = [x for x in ledgers if entry.code in x.first]
        hits = [x.found[entry.code] for x in there if x.found.get(entry.code)]
        kinds = sorted({k for h in hits for k in h})
        waits = {k: statistics.median(h[k][0] for h in hits if k in h) for k in kinds}
        text = "; ".join(
            f"{k} {waits[k]:.0f}" for k in sorted(kinds, key=lambda k: waits[k])
        )
        print(f"{entry.code:<24} {len(hits)}/{len(there)}   {text or 'missed'}")
    print("\nsignal                told  false  false a month")
    for kind in sorted({k for x in ledgers for k in x.told}):
        told = sum(x.told[kind] for x in ledgers)
        false = sum(x.false[kind] for x in ledgers)
        print(f"{kind:<20} {told:5} {false:6}  {false / MONTHS / len(ledgers):.2f}")


if __name__ == "__main__":
    main()
