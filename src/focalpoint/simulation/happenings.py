"""The things that happen, as plain records, and the kinds of events there are."""

import csv
import datetime
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from focalpoint.simulation.firearms import Gun
from focalpoint.simulation.people import Person
from focalpoint.simulation.region import Place


@dataclass(slots=True)
class Registration:
    """A gun in a civil registry."""

    number: str
    gun: Gun
    jurisdiction: str
    owner: Person
    day: datetime.date
    city: Place
    status: str = "valid"


@dataclass(slots=True)
class Loss:
    """A registered or issued gun reported stolen or lost."""

    number: str
    gun: Gun
    jurisdiction: str
    kind: str
    day: datetime.date
    city: Place
    owner: Person | None
    registry_no: str = ""


@dataclass(slots=True)
class Item:
    """A gun in an event; ``kind`` is how the authority came by it."""

    number: str
    gun: Gun
    kind: str
    legal: str
    state: str


@dataclass(slots=True)
class Rounds:
    """Ammunition in an event."""

    number: str
    quantity: int
    calibre: str
    kind: str
    headstamp: str
    lot: str = ""


@dataclass(slots=True)
class Device:
    """A grenade, mine or explosive in an event."""

    number: str
    family: str
    model: str
    quantity: int
    mass_kg: float


@dataclass(slots=True)
class Parcel:
    """A postal or courier consignment."""

    number: str
    sender: str
    recipient: Person
    declared: str
    value_eur: int
    weight_g: int
    heading: str
    operator: str


@dataclass(slots=True)
class Fired:
    """Fired material of one gun, from a scene or from a test fire."""

    number: str
    event: str
    jurisdiction: str
    gun: Gun
    kind: str
    received: datetime.date
    item: str = ""
    series: str = ""
    scan: str = ""


@dataclass(slots=True)
class Event:
    """Something that happened, with everything found there."""

    number: str
    jurisdiction: str
    incident: str
    context: str
    day: datetime.date
    reported: datetime.date
    place: Place
    lat: float
    lon: float
    place_type: str
    detection: str
    sender: str = "police"
    crossing: str = ""
    route: tuple[str, str, str] = ("", "", "")
    transport: str = ""
    plate: str = ""
    concealment: str = ""
    linked_crime: str = ""
    offence: str = ""
    shots: int = 0
    killed: int = 0
    injured: int = 0
    person: Person | None = None
    items: list[Item] = field(default_factory=list)
    rounds: list[Rounds] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    parcel: Parcel | None = None
    planted: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: how common, where, how many guns, what else."""

    incident: str
    context: str
    weight: float
    places: tuple[str, ...]
    detections: tuple[str, ...]
    guns: float
    offence: str = "090111"
    shots: float = 0.0
    killed: float = 0.0
    injured: float = 0.0
    rounds: float = 0.0
    devices: float = 0.0


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of events, by incident type, in the order of the file."""
    text = files("focalpoint.simulation").joinpath("kinds.csv").read_text("utf-8")
    found = (_kind(row) for row in csv.DictReader(text.splitlines()))
    return {kind.incident: kind for kind in found}


def _kind(row: dict[str, str]) -> Kind:
    numbers = ("weight", "guns", "shots", "killed", "injured", "rounds", "devices")
    return Kind(
        incident=row["incident"],
        context=row["context"],
        places=tuple(row["places"].split("|")),
        detections=tuple(row["detections"].split("|")),
        offence=row["offence"],
        **{name: float(row[name]) for name in numbers},
    )
