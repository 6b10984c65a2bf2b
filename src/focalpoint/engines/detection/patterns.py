"""Patterns over several records: runs of serials, one lot or sender, rising shares.

Each function takes records and parameters and returns `Sighting` rows, strongest first.
What was found is first a plain `_Found`; `_told` makes the rows.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import log2
from statistics import median
from typing import NamedTuple

from scipy import stats

from focalpoint.engines.detection.novelty import Record, Sighting

_TAIL = re.compile(r"^(.*?)(\d{3,12})([A-Z]{0,2})$")
YEAR = 365


class _Found(NamedTuple):
    """One pattern: what it is called, its records, how rare, seen and expected."""

    value: str
    members: Sequence[Record]
    p: float
    observed: float
    expected: float
    before: int = 0


def _told(
    signal: str,
    key: str,
    found: Iterable[_Found],
    *,
    always: bool = False,
    **parameters: float,
) -> list[Sighting]:
    """The rows of one signal, strongest first."""
    rows = []
    for value, members, p, observed, expected, before in found:
        places = {r.get("jurisdiction") for r in members if r.get("jurisdiction")}
        p = min(max(p, 1e-300), 1.0)
        rows.append(
            Sighting(
                signal=signal,
                key=key,
                value=value,
                day=max(r.day for r in members),
                ids=[r.id for r in members],
                jurisdiction=";".join(sorted(places)),
                before=before,
                surprise=-log2(p),
                p=p,
                always=always,
                observed=observed,
                expected=expected,
                parameters=dict(parameters),
            )
        )
    return sorted(rows, key=lambda s: (s.p, s.day, s.value))


def _groups(records: Iterable[Record], *columns: str) -> dict[str, list[Record]]:
    """Records by the value of the first column, where all columns are known."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if all(record.get(c) for c in columns):
            groups[record.get(columns[0])].append(record)
    return groups


def _end(records: Iterable[Record]) -> int:
    """The last day of any record."""
    return max((r.day for r in records), default=0)


def _number(serial: str) -> re.Match[str] | None:
    """Prefix, digits and suffix of a serial number."""
    return _TAIL.match(re.sub(r"[^0-9A-Z]", "", serial.upper()))


def serial_runs(
    records: Sequence[Record],
    *,
    signal: str,
    since: int,
    distance: int = 50,
    least: int = 3,
) -> list[Sighting]:
    """Serials of one make and model that lie closer together than by chance.

    The p value is that of ``least`` or more numbers within ``distance`` when the
    numbers of this make and model lie uniformly over their range.
    """
    groups: dict[tuple[str, ...], list[tuple[int, Record]]] = defaultdict(list)
    for record in records:
        match = _number(record.get("serial"))
        if match:
            key = (record.get("make"), record.get("model"), match[1], match[3])
            groups[key].append((int(match[2]), record))
    found = []
    for name, items in groups.items():
        items.sort(key=lambda x: (x[0], x[1].id))
        for run in _runs(items, distance, least):
            if max(r.day for _, r in run) >= since:
                found.append(_run(name, items, run, distance))
    return _told(signal, "serial", found, distance=distance, least=least)


def _run(
    name: tuple[str, ...],
    items: list[tuple[int, Record]],
    run: list[tuple[int, Record]],
    distance: int,
) -> _Found:
    width = max(run[-1][0] - run[0][0], 1)
    range_ = max(items[-1][0] - items[0][0], 10 * distance)
    p = len(items) * float(
        stats.binom.sf(len(run) - 2, max(len(items) - 1, 1), width / range_)
    )
    if len(items) == len(run):
        # No other number of this make to judge by: the digits say how wide.
        p = float((width / 10 ** len(str(run[-1][0]))) ** (len(run) - 1))
    known = " ".join(k for k in name[:2] if k)
    value = f"{known} {name[2]}{run[0][0]}–{run[-1][0]}".strip()
    expected = len(items) * width / range_
    return _Found(value, [r for _, r in run], p, len(run), expected)


def _runs(
    items: list[tuple[int, Record]], distance: int, least: int
) -> list[list[tuple[int, Record]]]:
    """Stretches in which each number is near the next, with enough numbers."""
    runs, current = [], items[:1]
    for item in items[1:]:
        if item[0] - current[-1][0] > distance:
            runs.append(current)
            current = []
        current.append(item)
    runs.append(current)
    return [r for r in runs if len({n for n, _ in r}) >= least]


def in_ranges(
    records: Sequence[Record],
    ranges: Sequence[tuple[str, str, int, int, str]],
    *,
    signal: str,
    since: int,
) -> list[Sighting]:
    """Serials in a range known as stolen: make, prefix, first, last, label."""
    found = []
    for record in records:
        match = _number(record.get("serial"))
        if match is None or record.day < since:
            continue
        for make, prefix, first, last, label in ranges:
            same = not make or make.casefold() == record.get("make").casefold()
            if same and match[1] == prefix and first <= int(match[2]) <= last:
                p = (last - first + 1) / 10 ** len(match[2])
                found.append(_Found(label, [record], p, 1, p))
    return _told(signal, "serial", found, always=True)


def spread(
    records: Sequence[Record],
    *,
    signal: str,
    since: int,
    key: str,
    across: str,
    least: int = 3,
    days: int = 3650,
) -> list[Sighting]:
    """One value of ``key`` at several different values of ``across`` within ``days``.

    The expected number is the mean over the other values; the p value is Poisson.
    """
    groups = _groups(records, key, across)
    widths = {v: len({r.get(across) for r in g}) for v, g in groups.items()}
    whole = sum(widths.values())
    found = []
    for value, members in groups.items():
        last = _end(members)
        recent = [r for r in members if r.day > last - days]
        seen = {r.get(across) for r in recent}
        if last < since or len(seen) < least:
            continue
        others = (whole - widths[value] + 0.5) / max(len(groups) - 1, 1)
        expected = max(min(others, len(seen) / 2), 0.1)
        p = float(stats.poisson.sf(len(seen) - 1, expected))
        found.append(_Found(value, recent, p, len(seen), expected))
    return _told(signal, key, found, least=least, days=days)


def share_rise(
    records: Sequence[Record],
    *,
    signal: str,
    since: int,
    key: str,
    recent: int = 90,
    past: int = 365,
    least: int = 3,
    level: float = 0.01,
    within: str = "",
) -> list[Sighting]:
    """The share of one value of ``key`` in the last days is above the year before.

    Fisher's exact test of recent against past, value against the others.
    """
    end = _end(records)
    found = []
    for place in sorted({r.get(within) if within else "" for r in records}):
        chosen = [
            r for r in records if r.get(key) and (not within or r.get(within) == place)
        ]
        new = [r for r in chosen if r.day > end - recent]
        old = [r for r in chosen if end - recent - past < r.day <= end - recent]
        before = Counter(r.get(key) for r in old)
        for value, count in Counter(r.get(key) for r in new).items():
            if count < least or end < since:
                continue
            table = [
                [count, len(new) - count],
                [before[value], len(old) - before[value]],
            ]
            p = float(stats.fisher_exact(table, alternative="greater").pvalue)
            expected = len(new) * (before[value] + 0.5) / (len(old) + 1)
            if old and p <= level:
                members = [r for r in new if r.get(key) == value]
                label = f"{place}: {value}" if place else value
                found.append(_Found(label, members, p, count, expected, before[value]))
    return _told(signal, key, found, recent=recent, past=past, least=least, level=level)


def count_rise(
    records: Sequence[Record],
    *,
    signal: str,
    since: int,
    where: str,
    only: tuple[str, tuple[str, ...]] = ("", ()),
    recent: int = 30,
    past: int = 1095,
    least: int = 3,
    level: float = 0.01,
) -> list[Sighting]:
    """More in the last days at one place than its mean of earlier years explains.

    Poisson test with half an event added to the past.
    """
    column, words = only
    places = _groups((r for r in records if _is_one(r.get(column), words)), where)
    end = _end(r for g in places.values() for r in g)
    start = min((r.day for r in records), default=end)
    span = max(min(past, end - recent - start), recent)
    found = []
    for place, chosen in places.items():
        new = [r for r in chosen if r.day > end - recent]
        old = sum(end - recent - past < r.day <= end - recent for r in chosen)
        expected = (old + 0.5) * recent / span
        p = float(stats.nbinom.sf(len(new) - 1, old + 0.5, span / (span + recent)))
        if new and len(new) >= least and p <= level and end >= since:
            found.append(_Found(place, new, p, len(new), expected, old))
    return _told(
        signal, where, found, recent=recent, past=past, least=least, level=level
    )


def _is_one(value: str, words: tuple[str, ...]) -> bool:
    folded = value.casefold()
    return not words or any(w in folded for w in words)


def listed(
    records: Sequence[Record],
    *,
    signal: str,
    since: int,
    columns: tuple[str, ...],
    words: tuple[str, ...],
) -> list[Sighting]:
    """Always told: a record whose columns hold one of the listed words."""
    found = []
    for record in records:
        text = " ".join(record.get(c) for c in columns).casefold()
        hit = next((w for w in words if w in text), None)
        if hit and record.day >= since:
            found.append(_Found(hit, [record], 1.0, 1, 0))
    return _told(signal, "+".join(columns), found, always=True)


def together(
    records: Sequence[Record],
    *,
    signal: str,
    since: int,
    columns: tuple[str, ...],
) -> list[Sighting]:
    """Told by rule: weapons found together with something else of note."""
    found = [
        _Found(seen, [r], 1.0, 1, 0)
        for r in records
        if r.day >= since
        and (seen := " + ".join(r.get(c) for c in columns if r.get(c)))
    ]
    return _told(signal, "+".join(columns), found, always=True)


def median_fall(
    records: Sequence[Record],
    *,
    signal: str,
    since: int,
    key: str,
    value: str,
    recent: int = 365,
    least: int = 5,
    fall: float = 0.5,
    level: float = 0.01,
) -> list[Sighting]:
    """The median of a number has fallen by half for one source (rank-sum test)."""
    end = _end(records)
    numbered = (r for r in records if r.get(value).replace(".", "", 1).isdigit())
    found = []
    for name, members in _groups(numbered, key).items():
        new = [r for r in members if r.day > end - recent]
        old = [r for r in members if r.day <= end - recent]
        if len(new) < least or len(old) < least or end < since:
            continue
        a = [float(r.get(value)) for r in new]
        b = [float(r.get(value)) for r in old]
        p = float(stats.mannwhitneyu(a, b, alternative="less").pvalue)
        if median(a) <= (1 - fall) * median(b) and p <= level:
            found.append(_Found(name, new, p, median(a), median(b)))
    return _told(signal, key, found, recent=recent, fall=fall)


def late(
    records: Sequence[Record],
    *,
    signal: str,
    since: int,
    key: str = "jurisdiction",
    reported: str = "reported_day",
    target: int = 30,
    share: float = 0.8,
) -> list[Sighting]:
    """Reports of one sender that come too late too often, or stop coming."""
    end = _end(records)
    slow, silent = [], []
    for name, members in _groups(records, key).items():
        if end < since:
            continue
        recent = [r for r in members if r.day > end - YEAR and r.get(reported)]
        timely = sum(int(r.get(reported)) - r.day <= target for r in recent)
        p = float(stats.binom.cdf(timely, len(recent), share))
        if len(recent) >= 5 and timely < share * len(recent) and p <= 0.05:
            wanted = share * len(recent)
            slow.append(_Found(f"{name}: late", recent[-1:], p, timely, wanted))
        days = sorted(r.day for r in members)
        missing = len(days) / max(days[-1] - days[0], 1) * (end - days[-1])
        p = float(stats.poisson.cdf(0, missing))
        if len(days) >= 10 and p <= 0.001:
            last = max(members, key=lambda r: r.day)
            silent.append(_Found(f"{name}: silent", [last], p, 0, missing))
    rows = _told(signal, key, slow, target=target) + _told(signal, key, silent)
    return sorted(rows, key=lambda s: (s.p, s.day, s.value))
