"""In which order leads are judged, and why: points with their reasons, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

MOST_WEIGHT = 20.0  # bits beyond this change nothing: it is surely worth a look
WAITING_DAYS = 7  # days that count
RECENT_DAYS = 30
# code: points. Shown with their reasons beside every lead.
POINTS = {
    "cross_border": 6.0,  # two jurisdictions: neither sees it alone
    "reported_and_recovered": 6.0,  # one record looks for a gun, the other has one
    "inferred": 5.0,  # known from fired material only
    "recent": 4.0,
    "steps_open": 3.0,  # the recovery is still being worked on
    "changed": 2.0,  # asked again because a record changed
    "clone_or_lot": -12.0,
    "both_registered": -6.0,  # two entries of registers: nobody waits for it
    "unsure_before": -3.0,
}
SOUGHT = {"stolen", "lost"}
FOUND = {"recovered", "surrendered", "inferred"}
# from this many points on: days to judge
DEADLINES = ((25.0, 1), (12.0, 7))
LATEST_DAYS = 30


@dataclass(frozen=True)
class Urgency:
    """Points and where they come from."""

    reasons: list[dict[str, Any]] = field(default_factory=list)

    @property
    def points(self) -> float:
        """The sum."""
        return round(sum(reason["points"] for reason in self.reasons), 1)


def urgency(
    *,
    weight: float,
    relation: str,
    first: Any,
    second: Any,
    changed: Mapping[str, Any] | None = None,
    raised_at: datetime | None = None,
    steps_open: bool = False,
) -> Urgency:
    """Return how soon a lead between two records should be judged, and why."""
    told = Urgency()

    def add(code: str, points: float | None = None, **params: Any) -> None:
        worth = POINTS[code] if points is None else points
        told.reasons.append({"code": code, "points": round(worth, 1), "params": params})

    add("weight", min(weight, MOST_WEIGHT), weight=round(weight, 1))
    if relation in ("clone", "lot"):
        add("clone_or_lot", relation=relation)
    if first is not None and second is not None:
        _between(first, second, add)
    if steps_open:
        add("steps_open")
    if changed:
        add("changed", fields=sorted({*changed["first"], *changed["second"]}))
        if changed.get("verdict") == "cannot_say":
            add("unsure_before")
    if raised_at and (days := (timezone.now() - raised_at).days) > 0:
        add("waiting", float(min(days, WAITING_DAYS)), days=days)
    return told


def due(points: float) -> datetime:
    """Return by when a lead of this urgency should be judged."""
    days = next((days for least, days in DEADLINES if points >= least), LATEST_DAYS)
    return timezone.now() + timedelta(days=days)


def _between(first: Any, second: Any, add: Any) -> None:
    here, there = first.jurisdiction, second.jurisdiction
    if here and there and here != there:
        add("cross_border", first=here, second=there)
    kinds = {getattr(first, "kind", ""), getattr(second, "kind", "")}
    if kinds & SOUGHT and kinds & FOUND:
        add("reported_and_recovered")
    if "inferred" in kinds:
        add("inferred")
    if kinds == {"registered"}:
        add("both_registered")
    since = f"{timezone.localdate() - timedelta(days=RECENT_DAYS):%Y-%m-%d}"
    dates = [
        str(getattr(one, "event_date", ""))
        for one in (first, second)
        if getattr(one, "kind", "") in FOUND
    ]
    latest = max((date for date in dates if len(date) == len(since)), default="")
    if latest >= since:
        add("recent", date=latest)
