"""A signal as sentences, made again from its numbers, in eight locales.

The sentences are data (``sentences.csv``). Numbers stand after a colon, so that no
language needs a plural form; dates are ISO 8601.
"""

import csv
from datetime import date, timedelta
from functools import cache
from importlib import resources
from math import isfinite

from focalpoint.engines.detection.default import Event
from focalpoint.values.errors import BadInput

LOCALES = ("en", "sq", "bs", "sr-latn", "sr", "cnr", "mk", "ro")
_UNITS = {52: "unit_week", 12: "unit_month", 365: "unit_day"}
_DAYS = {52: 7.0, 12: 30.44, 365: 1.0, 4: 91.3, 1: 365.25}
_POINT = {"en"}


@cache
def _table() -> dict[str, dict[str, str]]:
    file = resources.files("focalpoint.engines.detection") / "sentences.csv"
    with file.open(encoding="utf-8") as lines:
        return {row["key"]: row for row in csv.DictReader(lines)}


def phrase(key: str, locale: str, **values: object) -> str:
    """One sentence or word of the table, filled.

    Raises
    ------
    BadInput
        The locale is not one of `LOCALES`.
    """
    if locale not in LOCALES:
        raise BadInput(
            "there is no locale %(locale)s; choose one of %(known)s",
            locale=locale,
            known=", ".join(LOCALES),
        )
    return _table()[key][locale].format(**values)


def number(value: float, locale: str, digits: int = 1) -> str:
    """A number without needless zeros, with the decimal sign of the locale."""
    if not isfinite(value):
        return "∞" if value > 0 else "–"
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"0", "-0"} and value > 0:
        text = f"{value:.1g}"
    return text if locale in _POINT else text.replace(".", ",")


def looks(p: float) -> str:
    """The n of "1 in n looks", two significant digits."""
    if p <= 0:
        return "∞"
    value = float(f"{1 / p:.2g}")
    return f"{value:.0f}" if value < 1e9 else f"{value:.1g}"


def recurrence_days(event: Event) -> float:
    """Days after which one series would show this by chance again."""
    return _DAYS.get(event.frequency, 365.25 / event.frequency) / max(event.p, 1e-300)


def day(event: Event, period: int) -> str:
    """A period of the event as a date where the calendar is known, else its number."""
    if event.epoch is None:
        return str(period)
    if event.frequency == 12:
        then = date(1970, 1, 1) + timedelta(days=int(event.epoch))
        months = then.year * 12 + then.month - 1 - (event.period - period)
        return f"{months // 12:04d}-{months % 12 + 1:02d}"
    step = _DAYS.get(event.frequency, 365.25 / event.frequency)
    days = event.epoch - (event.period - period) * step
    return (date(1970, 1, 1) + timedelta(days=round(days))).isoformat()


def explain(event: Event, locale: str = "en") -> str:
    """The whole explanation of one event.

    Parameters
    ----------
    event : Event
        All that is said comes from its fields.
    locale : str
        One of `LOCALES`.
    """

    def n(value: float, digits: int = 1) -> str:
        return number(value, locale, digits)

    unit = phrase(_UNITS.get(event.frequency, "unit_period"), locale)
    said = [
        phrase(
            event.kind,
            locale,
            series=phrase("all", locale) if event.series == "all" else event.series,
            observed=n(event.observed),
            unit=unit,
            length=event.length,
            end=day(event, event.period),
            expected=n(event.expected),
            low=n(event.low, 0),
            high=n(event.high, 0),
        ),
        phrase(
            "chance",
            locale,
            looks=looks(event.p),
            tested=event.tested,
            q=n(100 * event.q, 2),
        ),
        phrase("recurrence", locale, days=looks(1 / max(recurrence_days(event), 1e-9))),
        phrase("since", locale, since=day(event, event.since)),
        phrase(
            "baseline",
            locale,
            events=n(event.baseline_events, 0),
            periods=n(event.baseline_periods, 0),
            lowered=n(event.lowered, 0),
            source=_source(event, locale),
        ),
    ]
    if len(event.parts) > 1:
        listed = ", ".join(f"{name} ({n(seen)})" for name, seen, _ in event.parts)
        said.append(phrase("parts", locale, parts=listed))
    if event.merged:
        listed = ", ".join(event.merged[:5]) + (" …" if len(event.merged) > 5 else "")
        said.append(phrase("merged", locale, merged=listed))
    if event.provisional:
        said.append(phrase("provisional", locale))
    settings = ", ".join(f"{k} {v:g}" for k, v in event.parameters.items())
    said.append(phrase("made", locale, version=event.version, parameters=settings))
    return " ".join(said)


def _source(event: Event, locale: str) -> str:
    if not event.source:
        return phrase("own", locale)
    return phrase("all", locale) if event.source == "all" else event.source
