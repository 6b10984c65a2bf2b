"""Points on the map with their precision, and jurisdictions under neutral names.

Wherever a jurisdiction with a footnote is shown, printed or exported, its label carries
the asterisk and the page, sheet or file carries the footnote.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.values.folding import fold

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
DEGREE_M = 111_195.0

Style = Literal["un", "eu"]


@dataclass(frozen=True, slots=True)
class LatLon:
    """A point in WGS 84, in degrees, and how precisely it is known.

    ``precision`` is a code of the list ``place_precisions``, whose ``radius_m`` says
    how far the true place may lie from the point.

    Raises
    ------
    BadInput
        If a coordinate is out of range or the precision does not exist.
    """

    lat: float
    lon: float
    precision: str = "exact"

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise BadInput(
                "%(lat)s, %(lon)s is not a point: latitude runs from -90 to 90, "
                "longitude from -180 to 180",
                lat=self.lat,
                lon=self.lon,
            )
        if self.precision not in codelists.load("place_precisions"):
            raise BadInput(
                "there is no precision %(precision)s; choose one of %(choices)s",
                precision=self.precision,
                choices=", ".join(codelists.load("place_precisions").codes),
            )

    def __str__(self) -> str:
        return f"{self.lat:.5f}, {self.lon:.5f}"

    @property
    def radius_m(self) -> float:
        """How far the true place may lie from the point, in metres."""
        entry = codelists.load("place_precisions").get(self.precision)
        return float(entry.extra["radius_m"]) if entry else 0.0

    def distance_m(self, other: "LatLon") -> float:
        """Great-circle distance in metres."""
        lat, other_lat = math.radians(self.lat), math.radians(other.lat)
        half_lat = math.sin((other_lat - lat) / 2) ** 2
        half_lon = math.sin(math.radians(other.lon - self.lon) / 2) ** 2
        share = half_lat + math.cos(lat) * math.cos(other_lat) * half_lon
        return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, share)))

    def could_be_near(self, other: "LatLon", within_m: float = 0.0) -> bool:
        """Whether both can lie within a distance, given how precisely each is known."""
        reach = within_m + self.radius_m + other.radius_m
        return self.distance_m(other) <= reach

    def coarser(self, precision: str) -> "LatLon":
        """The point on the grid of a precision, for showing less than is known.

        A point that is already less precise is left as it is.
        """
        rounded = LatLon(self.lat, self.lon, precision)
        if rounded.radius_m <= self.radius_m:
            return self
        step = rounded.radius_m / DEGREE_M
        lat = max(-90.0, min(90.0, round(self.lat / step) * step))
        lon = max(-180.0, min(180.0, round(self.lon / step) * step))
        return LatLon(round(lat, 5), round(lon, 5), precision)

    @classmethod
    def parse(cls, text: str, precision: str = "exact") -> "LatLon":
        """Read decimal degrees or degrees, minutes and seconds; latitude first.

        Raises
        ------
        BadInput
            If two coordinates cannot be told.
        """
        for read in (_decimal_degrees, _sexagesimal):
            found = read(text.strip())
            if found is not None:
                return cls(*found, precision)
        raise BadInput(
            "no point can be read in “%(text)s”: write it as 44.8176, 20.4569",
            text=text.strip()[:80],
        )


_NUMBER = r"([-+]?\d{1,3}(?:[.,]\d+)?)"
_HALF = (
    r"(\d{1,3})°\s*(?:(\d{1,2}(?:[.,]\d+)?)['′]\s*)?(?:(\d{1,2}(?:[.,]\d+)?)[\"″]\s*)?"
)


def _decimal_degrees(text: str) -> tuple[float, float] | None:
    match = re.fullmatch(
        rf"{_NUMBER}\s*°?\s*[NS]?\s*[,;\s]\s*{_NUMBER}\s*°?\s*[EW]?", text
    )
    if match is None:
        return None
    lat, lon = (float(part.replace(",", ".")) for part in match.groups())
    if re.search(r"\dS|\d°?\s*S", text):
        lat = -abs(lat)
    if text.endswith("W"):
        lon = -abs(lon)
    return lat, lon


def _sexagesimal(text: str) -> tuple[float, float] | None:
    match = re.fullmatch(rf"{_HALF}([NS])[\s,;]*{_HALF}([EW])", text)
    if match is None:
        return None
    parts = match.groups()
    lat, lon = (
        sum(
            float((part or "0").replace(",", ".")) / size
            for part, size in zip(half, (1, 60, 3600), strict=True)
        )
        for half in (parts[:3], parts[4:7])
    )
    return (-lat if parts[3] == "S" else lat, -lon if parts[7] == "W" else lon)


def label(code: str, locale: str = "en") -> str:
    """The neutral name of a jurisdiction or country, with its asterisk if any."""
    jurisdictions = codelists.load("jurisdictions")
    if code in jurisdictions:
        return jurisdictions.label(code, locale)
    return codelists.load("countries").label(code, locale)


def capital(code: str, locale: str = "en") -> str:
    """The capital of a jurisdiction, which some reports use as its heading."""
    entry = codelists.load("jurisdictions").get(code)
    column = f"capital_{locale.replace('-', '_')}"
    return entry.extra.get(column, "") if entry else ""


def footnote(locale: str = "en", style: Style = "un") -> str:
    """The footnote to Kosovo*, in the wording of the United Nations or of the EU."""
    return codelists.load("footnotes").label(f"xk_{style}", locale)


def footnotes(
    codes: Iterable[str], locale: str = "en", style: Style = "un"
) -> tuple[str, ...]:
    """The footnotes of a page, sheet or file that names these jurisdictions."""
    return (footnote(locale, style),) if "xk" in set(codes) else ()


def footnotes_in(text: str, locale: str = "en", style: Style = "un") -> tuple[str, ...]:
    """The footnotes that a text with names in it must carry."""
    return (footnote(locale, style),) if _STARRED.search(text) else ()


_STARRED = re.compile(r"(?:Kosov[\wë]*|Косов\w*|\bXK)\*")


def jurisdiction_of(text: str) -> str | None:
    """The code of the jurisdiction that a text names in any language, or None."""
    return _names().get(_name_key(text))


def _name_key(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", fold(text)).split())


@cache
def _names() -> dict[str, str]:
    """Folded names and abbreviations to codes; what names two names none."""
    found: dict[str, set[str]] = {}
    for name in ("countries", "jurisdictions"):
        for entry in codelists.load(name):
            short = (entry.extra.get(key, "") for key in ("alpha2", "alpha3"))
            parts = () if entry.parent else short
            historic = entry.extra.get("historic") == "yes"
            texts = [
                entry.code,
                *entry.labels.values(),
                *entry.aliases,
                *(() if historic else parts),
            ]
            for text in texts:
                found.setdefault(_name_key(text), set()).add(entry.code)
    return {key: min(codes) for key, codes in found.items() if key and len(codes) == 1}
