"""Each event as one office writes it down: registry, loss report, police, laboratory.

An observer turns what happened into rows of text in the office's language and script,
with its slips; the answer sheet learns which gun each row speaks of.
"""

import datetime
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from focalpoint.simulation import dirt, region, scripts
from focalpoint.simulation.firearms import Gun
from focalpoint.simulation.happenings import Event, Fired, Item
from focalpoint.simulation.lives import Lives
from focalpoint.simulation.people import Person, in_script
from focalpoint.simulation.region import Jurisdiction
from focalpoint.simulation.truth import Answer
from focalpoint.values import codelists

Row = dict[str, object]

COLUMNS = {
    "registry": "registry_no type make model calibre serial year country owner "
    "owner_id registered city status",
    "losses": "report_no date kind type make model calibre serial owner registry_no "
    "city",
    "events": "event_no date reported incident context unit city lat lon place_type "
    "detection transport plate linked_crime offence shots",
    "persons": "person_no event_no family given born sex citizenship person_id role "
    "led",
    "firearms": "item_no event_no date kind type make model calibre serial marking "
    "origin_class source_model actual_calibre state legal photo",
    "ammunition": "item_no event_no date ammo_kind calibre headstamp lot quantity",
    "explosives": "item_no event_no date family model quantity mass",
    "seizures": "item_no event_no date crossing origin transit destination transport "
    "plate concealment detection kind type make model calibre serial marking person "
    "citizenship",
    "cases": "event_no date city origin destination transport concealment detection",
    "parcels": "parcel_no event_no date operator origin sender recipient declared "
    "value weight hs detection",
    "finds": "item_no event_no date parcel_no type make model calibre serial",
    "items": "lab_no event_no item_no received lab_kind calibre pin_shape "
    "breech_class grooves twist series scan",
}
"""The columns of every table, by keys of ``headings.csv``."""


@dataclass(slots=True)
class Table:
    """One table of one sender: what it is called, its columns, its rows."""

    sender: str
    name: str
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)


class Observer:
    """The offices of one jurisdiction."""

    def __init__(self, lives: Lives, here: Jurisdiction, photos: set[str]) -> None:
        self.lives, self.here, self.photos = lives, here, photos
        self.answers: list[Answer] = []
        self.chance = lives.chance(f"observer/{here.code}")
        self.locale = here.locale
        self.clerk = dirt.registry(here.tongue, here.script)
        self.officer = dirt.street(here.tongue, here.script, here.dirt)
        self.letters = scripts.MACEDONIAN if here.tongue == "mk" else scripts.SERBIAN

    def tables(self) -> Iterator[Table]:
        """Every table that the offices of this jurisdiction send."""
        yield self._registry()
        yield self._losses()
        events = [e for e in self.lives.events if e.jurisdiction == self.here.code]
        police = [e for e in events if e.sender == "police"]
        yield self._events("police", "events", police)
        yield self._persons(police)
        yield self._guns("police", "firearms", police)
        yield self._lots(police)
        yield self._devices(police)
        yield self._border([e for e in events if e.sender == "border"])
        customs = [e for e in events if e.sender == "customs"]
        yield self._events("customs", "cases", customs)
        yield self._parcels(customs)
        yield self._guns("customs", "finds", customs)
        yield self._laboratory()

    def _table(self, office: str, name: str) -> Table:
        columns = tuple(COLUMNS[name].split())
        return Table(f"{office}-{self.here.code}", name, columns)

    def _answer(
        self,
        table: Table,
        key: str,
        record: str,
        gun: Gun | None = None,
        event: str = "",
        errors: list[str] | None = None,
    ) -> None:
        self.answers.append(
            Answer(
                table.sender,
                table.name,
                key,
                record,
                self.here.code,
                gun.id if gun else 0,
                event,
                tuple(errors or ()),
            )
        )

    def _registry(self) -> Table:
        table = self._table("registry", "registry")
        chance = self.lives.chance(f"clerk/{self.here.code}")
        for entry in self.lives.by_home[self.here.code]:
            row, errors = self._gun(chance, entry.gun, self.clerk)
            made = entry.gun.model.country
            row |= {
                "registry_no": entry.number,
                "owner": self.person(entry.owner),
                "owner_id": entry.owner.number,
                "registered": self._partial(chance, entry.day),
                "city": self.town(entry.city.name),
                "status": self._status(entry.status),
                "year": entry.gun.year or "",
                "country": self.country(STATES.get(made, made.lower())),
            }
            table.rows.append(row)
            self._answer(table, entry.number, "firearm", entry.gun, "", errors)
        return table

    def _losses(self) -> Table:
        table = self._table("registry", "losses")
        for loss in self.lives.losses:
            if loss.jurisdiction != self.here.code:
                continue
            row, errors = self._gun(self.chance, loss.gun, self.clerk)
            row |= {
                "report_no": loss.number,
                "date": loss.day,
                "kind": self.label("firearm_kinds", loss.kind),
                "owner": self.person(loss.owner) if loss.owner else "",
                "registry_no": loss.registry_no,
                "city": self.town(loss.city.name),
            }
            table.rows.append(row)
            self._answer(table, loss.number, "firearm", loss.gun, "", errors)
        return table

    def _events(self, office: str, name: str, events: list[Event]) -> Table:
        table = self._table(office, name)
        for event in events:
            table.rows.append(self._event(event))
            self._answer(table, event.number, "incident", None, event.number)
        return table

    def _event(self, event: Event) -> Row:
        row: Row = {
            "event_no": event.number,
            "date": event.day,
            "reported": event.reported,
            "incident": self.label("incident_types", event.incident),
            "context": self.label("contexts", event.context),
            "unit": self.town(event.place.name),
            "city": self.town(event.place.name),
            "lat": event.lat,
            "lon": event.lon,
            "place_type": self.label("place_types", event.place_type),
            "detection": self.label("detection_methods", event.detection),
            "transport": self.label("transport_modes", event.transport),
            "plate": event.plate,
            "linked_crime": self.label("linked_crime_types", event.linked_crime),
            "offence": event.offence,
            "shots": event.shots or "",
            "concealment": self.label("concealment_methods", event.concealment),
            "origin": self.country(event.route[0]),
            "destination": self.country(event.route[2]),
        }
        return row

    def _persons(self, events: list[Event]) -> Table:
        table = self._table("police", "persons")
        for event in events:
            if event.person is None:
                continue
            number = f"{event.number}/P1"
            own = event.incident in OWN_DEED
            role = "victim" if own else "suspect"
            given, _, family = self.person(event.person).partition(" ")
            row: Row = {
                "person_no": number,
                "event_no": event.number,
                "family": family,
                "given": given,
                "born": event.person.born,
                "sex": self.label("sexes", event.person.sex),
                "citizenship": self.country(event.person.citizenship),
                "person_id": event.person.number,
                "role": self.label("person_roles", role),
                "led": self.label("led_categories", role),
            }
            table.rows.append(row)
            self._answer(table, number, "person", None, event.number)
        return table

    def _guns(self, office: str, name: str, events: list[Event]) -> Table:
        table = self._table(office, name)
        for event in events:
            for item in event.items:
                row, errors = self._item(event, item)
                table.rows.append(row)
                self._answer(
                    table, item.number, "firearm", item.gun, event.number, errors
                )
        return table

    def _item(self, event: Event, item: Item) -> tuple[Row, list[str]]:
        row, errors = self._gun(self.chance, item.gun, self.officer)
        gun = item.gun
        source = f"{gun.model.make} {gun.model.model}" if gun.converted else ""
        told = self.chance.random() < 0.75
        row |= {
            "item_no": item.number,
            "event_no": event.number,
            "date": event.day,
            "kind": self.label("acquisition_modes", item.kind),
            "marking": self.label("marking_conditions", marking(errors, gun)),
            "origin_class": self.label("origin_classes", gun.origin) if told else "",
            "source_model": source if told else "",
            "actual_calibre": gun.actual_calibre if gun.converted and told else "",
            "state": self.label("functional_states", item.state),
            "legal": self.label("legal_statuses", item.legal),
            "parcel_no": event.parcel.number if event.parcel else "",
            "photo": f"{item.number.replace('/', '-')}.png"
            if item.number in self.photos
            else "",
        }
        return row, errors

    def _lots(self, events: list[Event]) -> Table:
        table = self._table("police", "ammunition")
        for event in events:
            for lot in event.rounds:
                table.rows.append(
                    {
                        "item_no": lot.number,
                        "event_no": event.number,
                        "date": event.day,
                        "ammo_kind": self.label("ammunition_kinds", lot.kind),
                        "calibre": dirt.calibre(self.chance, lot.calibre, self.officer)[
                            0
                        ],
                        "headstamp": lot.headstamp,
                        "lot": lot.lot,
                        "quantity": lot.quantity,
                    }
                )
                self._answer(table, lot.number, "ammunition", None, event.number)
        return table

    def _devices(self, events: list[Event]) -> Table:
        table = self._table("police", "explosives")
        for event in events:
            for device in event.devices:
                table.rows.append(
                    {
                        "item_no": device.number,
                        "event_no": event.number,
                        "date": event.day,
                        "family": self.label("explosive_families", device.family),
                        "model": device.model,
                        "quantity": device.quantity,
                        "mass": device.mass_kg,
                    }
                )
                self._answer(table, device.number, "explosive", None, event.number)
        return table

    def _border(self, events: list[Event]) -> Table:
        table = self._table("border", "seizures")
        for event in events:
            for item in event.items:
                row, errors = self._item(event, item)
                origin, transit, destination = map(self.country, event.route)
                row |= {
                    "crossing": self.town(event.crossing),
                    "origin": origin,
                    "transit": transit,
                    "destination": destination,
                    "transport": self.label("transport_modes", event.transport),
                    "plate": event.plate,
                    "concealment": self.label("concealment_methods", event.concealment),
                    "detection": self.label("detection_methods", event.detection),
                    "person": self.person(event.person) if event.person else "",
                    "citizenship": self.country(event.person.citizenship)
                    if event.person
                    else "",
                }
                table.rows.append(row)
                self._answer(
                    table, item.number, "firearm", item.gun, event.number, errors
                )
        return table

    def _parcels(self, events: list[Event]) -> Table:
        table = self._table("customs", "parcels")
        for event in events:
            if event.parcel is None:
                continue
            parcel = event.parcel
            table.rows.append(
                {
                    "parcel_no": parcel.number,
                    "event_no": event.number,
                    "date": event.day,
                    "operator": parcel.operator,
                    "origin": self.country(event.route[0]),
                    "sender": parcel.sender,
                    "recipient": self.person(parcel.recipient),
                    "declared": parcel.declared,
                    "value": parcel.value_eur,
                    "weight": parcel.weight_g,
                    "hs": parcel.heading,
                    "detection": self.label("detection_methods", event.detection),
                }
            )
            self._answer(table, parcel.number, "consignment", None, event.number)
        return table

    def _laboratory(self) -> Table:
        table = self._table("laboratory", "items")
        for fired in self.lives.fired:
            if fired.jurisdiction != self.here.code:
                continue
            table.rows.append(self._examined(fired))
            self._answer(table, fired.number, "ballistic_item", fired.gun, fired.event)
        return table

    def _examined(self, fired: Fired) -> Row:
        traits = class_traits(fired.gun)
        return {
            "lab_no": fired.number,
            "event_no": fired.event,
            "item_no": fired.item,
            "received": fired.received,
            "lab_kind": self.label("ballistic_item_kinds", fired.kind),
            "calibre": dirt.calibre(self.chance, fired.gun.actual_calibre, self.clerk)[
                0
            ],
            "pin_shape": self.label("firing_pin_shapes", traits[0]),
            "breech_class": self.label("breech_face_classes", traits[1]),
            "grooves": traits[2],
            "twist": self.label("twist_directions", traits[3]),
            "series": fired.series,
            "scan": fired.scan,
        }

    def _gun(
        self, chance: random.Random, gun: Gun, office: dirt.Office
    ) -> tuple[Row, list[str]]:
        """What an office writes of a gun: its kind, make, model, calibre and number."""
        serial, errors = dirt.serial(chance, gun.serial, office)
        make, slips = dirt.make(chance, gun.model.make, office)
        model, more = dirt.model(chance, gun.model.model, office)
        calibre, rest = dirt.calibre(chance, gun.model.calibre, office)
        row: Row = {
            "type": self.label("firearm_types", gun.type),
            "make": make,
            "model": model,
            "calibre": calibre,
            "serial": serial,
        }
        return row, [*errors, *slips, *more, *rest]

    def label(self, name: str, code: str) -> str:
        """A code in the language of the office; empty where there is none."""
        return _label(name, code, self.locale) if code else ""

    def person(self, person: Person) -> str:
        """A person's name in the script of the office."""
        return in_script(person, self.here.script, self.letters)

    def town(self, name: str) -> str:
        """The name of a place in the script of the office."""
        if self.here.script == "latn" or not name:
            return name
        return scripts.to_cyrillic(_plain(name), letters=self.letters)

    def country(self, code: str) -> str:
        """The name of a jurisdiction or a country in the language of the office."""
        return _country(code, self.locale) if code else ""

    def _status(self, status: str) -> str:
        words = STATUS[status]
        column = ("sr", "mk", "sq", "ro").index(self.here.tongue)
        return self.clerk.spelt(words[column])

    def _partial(self, chance: random.Random, day: datetime.date) -> object:
        """A date, or only its year where the old paper had no more."""
        return day.year if chance.random() < 0.015 else day


OWN_DEED = {"suicide", "attempted_suicide", "accident", "hunting_accident"}
"""Events whose person is the one who was hurt."""
STATES = {"YU": "yucs", "CS": "cshh", "SU": "suhh", "DD": "ddde"}
"""What stands on guns of states that were: the letters and the code of the state."""
STATUS = {
    "valid": ("важи", "важи", "i vlefshëm", "valabil"),
    "expired": ("истекло", "истечено", "i skaduar", "expirat"),
    "transferred": ("пренето", "пренесено", "i transferuar", "transferat"),
    "stolen": ("украдено", "украдено", "i vjedhur", "furat"),
    "lost": ("изгубљено", "изгубено", "i humbur", "pierdut"),
}


def marking(errors: list[str], gun: Gun) -> str:
    """The condition of the number that goes with what was written."""
    if not gun.serial:
        return "never_marked"
    if "removed" in errors:
        return "obliterated_full"
    if "unreadable" in errors:
        return "corroded"
    if "obliterated" in errors:
        return "obliterated_partial"
    return "not_examined" if "missing" in errors else "intact"


def class_traits(gun: Gun) -> tuple[str, str, int, str]:
    """Class characteristics of a model: firing pin, breech face, grooves, twist."""
    chance = random.Random(f"{gun.model.make}/{gun.model.model}/{gun.actual_calibre}")
    return (
        chance.choice(("circular", "hemispherical", "rectangular", "elliptical")),
        chance.choice(("parallel", "arched", "granular", "smooth", "cross_hatched")),
        chance.choice((4, 5, 6, 6, 6)),
        chance.choice(("right", "right", "right", "left")),
    )


@cache
def _label(name: str, code: str, locale: str) -> str:
    return codelists.load(name).label(code, locale)


@cache
def _country(code: str, locale: str) -> str:
    own = code in codelists.load("jurisdictions")
    return _label("jurisdictions" if own else "countries", code, locale)


@cache
def _plain(name: str) -> str:
    """Letters that have no Cyrillic counterpart without their marks (ë, ț, ă)."""
    kept = "čćšžđČĆŠŽĐ"
    return "".join(
        sign if sign in kept else unicodedata.normalize("NFD", sign)[0] for sign in name
    )


def observe(lives: Lives, photos: set[str]) -> tuple[list[Table], list[Answer]]:
    """Let every office of every jurisdiction write down what it saw."""
    tables: list[Table] = []
    answers: list[Answer] = []
    for here in region.JURISDICTIONS:
        observer = Observer(lives, here, photos)
        tables.extend(observer.tables())
        answers.extend(observer.answers)
    return tables, answers
