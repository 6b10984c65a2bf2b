"""What happens to the guns: registered, stolen, carried, fired, found, handed in.

This is what really happened. What offices make of it is the matter of ``observers``.
"""

import datetime
import math
import random
from dataclasses import replace

from focalpoint.simulation import region
from focalpoint.simulation.consignments import in_a_parcel, over_the_border
from focalpoint.simulation.draws import drawn, guns_of, linked_crime, poisson, town
from focalpoint.simulation.firearms import Armoury, Gun, named
from focalpoint.simulation.happenings import (
    Device,
    Event,
    Fired,
    Item,
    Kind,
    Loss,
    Registration,
    Rounds,
    kinds,
)
from focalpoint.simulation.people import invent, plate
from focalpoint.simulation.planted import PLANTED, Planted
from focalpoint.simulation.region import Jurisdiction, Size

DAY = datetime.timedelta(days=1)


HEADSTAMPS = ("PPU", "IK", "nny", "S&B", "10", "GECO", "321", "MKE", "22", "188", "3")
DEVICES = (
    ("hand_grenade", "M75", 0.36),
    ("hand_grenade", "M52", 0.4),
    ("hand_grenade", "F-1", 0.6),
    ("hand_grenade", "M50", 0.45),
    ("rifle_grenade", "M60", 0.5),
    ("mine_anti_personnel", "PMA-2", 0.14),
    ("mine_anti_tank", "TMA-4", 6.3),
    ("launcher_rocket", "M80 Zolja", 3.0),
    ("he_military", "TNT", 0.2),
    ("he_commercial", "Vitezit", 1.2),
    ("initiator", "", 0.01),
    ("pyrotechnic", "", 0.3),
)
FIRED_KINDS = {"shooting", "attempted_homicide", "homicide", "celebratory_fire"}


class Lives:
    """The course of six years; ``live`` fills the lists."""

    def __init__(self, seed: int, size: Size, last: datetime.date) -> None:
        self.seed, self.size, self.last = seed, size, last
        self.first = region.first_day(last)
        self.armoury = Armoury(self.chance("guns"))
        self.registrations: list[Registration] = []
        self.losses: list[Loss] = []
        self.events: list[Event] = []
        self.fired: list[Fired] = []
        self.stolen: list[Loss] = []
        self.active: dict[str, list[tuple[Gun, datetime.date]]] = {}
        self.numbers: dict[str, int] = {}
        self.depot: list[Gun] = []

    def chance(self, name: str) -> random.Random:
        """A stream of draws of its own for each purpose, so that they do not shift."""
        return random.Random(f"{self.seed}/{name}")

    def live(self) -> None:
        """Let everything happen, month by month."""
        self._register()
        months = [self._month(number) for number in range(region.YEARS * 12)]
        for number, first in enumerate(months):
            for here in region.JURISDICTIONS:
                chance = self.chance(f"month/{number}/{here.code}")
                self._ordinary(chance, here, first)
                self._losses(chance, here, first)
                if _campaign(here.code, number):
                    self._campaign(chance, here, first)
            self._planted(number, first)
        self._spread("lot-depot", months)
        self._spread("series-three-borders", months)
        self.events.sort(key=lambda event: (event.day, event.number))
        self._laboratory()

    def _month(self, number: int) -> datetime.date:
        index = self.first.year * 12 + self.first.month - 1 + number
        return datetime.date(index // 12, index % 12 + 1, 1)

    def _next(self, kind: str, code: str, year: int) -> str:
        key = f"{kind}/{code}/{year}"
        self.numbers[key] = self.numbers.get(key, 0) + 1
        return f"{code.upper()}-{kind}-{year}-{self.numbers[key]:05d}"

    def _register(self) -> None:
        for here in region.JURISDICTIONS:
            chance = self.chance(f"registry/{here.code}")
            for number in range(round(self.size.registry * here.registry)):
                day = self.first - DAY * chance.randrange(365 * 25)
                if chance.random() < 0.2:
                    day = self.first + DAY * chance.randrange(
                        (self.last - self.first).days
                    )
                gun = self.armoury.legal()
                if gun.year > day.year:
                    day = max(day, min(self.last, datetime.date(gun.year, 6, 1)))
                self.registrations.append(
                    Registration(
                        f"{here.code.upper()}-R-{number + 1:07d}",
                        gun,
                        here.code,
                        invent(chance, here.code, here.locale, max(day.year - 5, 1985)),
                        day,
                        town(chance, here.code),
                        chance.choices(("valid", "expired", "transferred"), (90, 7, 3))[
                            0
                        ],
                    )
                )
        self.by_home: dict[str, list[Registration]] = {}
        for entry in self.registrations:
            self.by_home.setdefault(entry.jurisdiction, []).append(entry)

    def _ordinary(
        self, chance: random.Random, here: Jurisdiction, first: datetime.date
    ) -> None:
        season = 1 + 0.18 * math.sin(2 * math.pi * (first.month - 3) / 12)
        expected = self.size.events / (region.YEARS * 12) * here.events * season
        for _ in range(poisson(chance, expected)):
            kind = drawn(chance)
            event = self._event(chance, here, kind, first)
            if kind.incident == "theft":
                self._theft(chance, here, event)
            self._fill(chance, here, kind, event)
            self.events.append(event)

    def _event(
        self,
        chance: random.Random,
        here: Jurisdiction,
        kind: Kind,
        first: datetime.date,
    ) -> Event:
        day = min(self.last, first + DAY * chance.randrange(28))
        reported = min(self.last, day + DAY * int(chance.expovariate(1 / 2.5)))
        place = town(chance, here.code)
        event = Event(
            self._next("E", here.code, day.year),
            here.code,
            kind.incident,
            kind.context,
            day,
            reported,
            place,
            round(place.lat + chance.gauss(0, 0.02), 4),
            round(place.lon + chance.gauss(0, 0.025), 4),
            chance.choice(kind.places),
            chance.choice(kind.detections),
            offence=kind.offence,
            shots=poisson(chance, kind.shots),
            killed=poisson(chance, kind.killed),
            injured=poisson(chance, kind.injured),
            linked_crime=linked_crime(chance, kind),
        )
        if kind.incident in FIRED_KINDS:
            event.shots = max(1, event.shots)
        if event.place_type == "vehicle":
            event.transport, event.plate = "road_car", plate(chance, here.code)
        if kind.incident not in {"find", "theft"} and chance.random() < 0.8:
            event.person = invent(chance, here.code, here.locale, day.year)
        if kind.incident == "smuggling":
            over_the_border(chance, here, event)
        return event

    def _fill(
        self, chance: random.Random, here: Jurisdiction, kind: Kind, event: Event
    ) -> None:
        for _ in range(guns_of(chance, kind.guns)):
            gun, legal = self._source(chance, here, kind, event)
            self._hold(chance, event, gun, legal)
        if chance.random() < kind.rounds:
            self._rounds(chance, event)
        if chance.random() < kind.devices:
            family, model, mass = chance.choice(
                DEVICES[:4] if kind.incident == "grenade_attack" else DEVICES
            )
            amount = (
                1
                if event.incident in {"grenade_attack", "explosion"}
                else 1 + poisson(chance, 1.2)
            )
            event.devices.append(
                Device(
                    f"{event.number}/X1", family, model, amount, round(mass * amount, 3)
                )
            )
        if event.shots and kind.incident in FIRED_KINDS:
            self._fire(chance, here, event)

    def _hold(self, chance: random.Random, event: Event, gun: Gun, legal: str) -> None:
        kind = {"find": "found", "voluntary_surrender": "surrendered"}.get(
            event.incident, "seized"
        )
        state = chance.choices(
            ("fires", "fires_with_fault", "does_not_fire", "unknown"), (62, 9, 9, 20)
        )[0]
        number = f"{event.number}/{len(event.items) + 1}"
        event.items.append(Item(number, gun, kind, legal, state))

    def _rounds(self, chance: random.Random, event: Event) -> None:
        calibre = "9 mm Luger"
        if event.items:
            calibre = chance.choice(event.items).gun.actual_calibre
        amount = max(1, round(chance.lognormvariate(2.7, 1.1)))
        number = f"{event.number}/A{len(event.rounds) + 1}"
        stamp = f"{chance.choice(HEADSTAMPS)} {chance.randrange(70, 99)}"
        event.rounds.append(Rounds(number, amount, calibre, "complete_round", stamp))

    def _source(
        self, chance: random.Random, here: Jurisdiction, kind: Kind, event: Event
    ) -> tuple[Gun, str]:
        """Where a gun comes from: its owner, a thief here or abroad, or unknown."""
        legal_kinds = {
            "suicide",
            "accident",
            "hunting_accident",
            "domestic_violence",
            "threat",
        }
        share = 0.6 if kind.incident in legal_kinds else 0.05
        if chance.random() < share:
            return chance.choice(self.by_home[here.code]).gun, "licensed_holder"
        if kind.incident == "conversion_workshop":
            return self._alarm(chance), "unregistered"
        if self.stolen and chance.random() < 0.13:
            for _ in range(6):
                place = chance.randrange(len(self.stolen))
                loss = self.stolen[place]
                near = loss.jurisdiction in (here.code, *here.neighbours)
                if near and loss.day < event.day:
                    self.stolen.pop(place)
                    return loss.gun, loss.kind
        return self.armoury.illicit(), chance.choice(("unregistered", "unknown"))

    def _alarm(self, chance: random.Random) -> Gun:
        pair = chance.choice(
            (("Ekol", "Special 99"), ("Zoraki", "914"), ("Blow", "TR 92"))
        )
        return self.armoury.converted(named(*pair))

    def _theft(self, chance: random.Random, here: Jurisdiction, event: Event) -> None:
        entry = chance.choice(self.by_home[here.code])
        self._lose(event.day, entry, "stolen")

    def _losses(
        self, chance: random.Random, here: Jurisdiction, first: datetime.date
    ) -> None:
        expected = self.size.events * here.events / (region.YEARS * 12) * 0.1
        for _ in range(poisson(chance, expected)):
            entry = chance.choice(self.by_home[here.code])
            day = min(self.last, first + DAY * chance.randrange(28))
            self._lose(day, entry, chance.choices(("stolen", "lost"), (60, 40))[0])

    def _lose(self, day: datetime.date, entry: Registration, kind: str) -> None:
        if entry.day > day or entry.status in {"stolen", "lost"}:
            return
        entry.status = kind
        number = self._next("L", entry.jurisdiction, day.year)
        loss = Loss(
            number,
            entry.gun,
            entry.jurisdiction,
            kind,
            day,
            entry.city,
            entry.owner,
            entry.number,
        )
        self.losses.append(loss)
        self.stolen.append(loss)

    def _campaign(
        self, chance: random.Random, here: Jurisdiction, first: datetime.date
    ) -> None:
        kind = kinds()["voluntary_surrender"]
        for _ in range(max(2, round(self.size.events * here.events * 0.008))):
            event = self._event(chance, here, kind, first)
            for _ in range(chance.randrange(8, 28)):
                self._hold(chance, event, self.armoury.illicit(), "unregistered")
            self._rounds(chance, event)
            self._fill(chance, here, replace(kind, guns=0.0, devices=0.6), event)
            self.events.append(event)

    def _fire(self, chance: random.Random, here: Jurisdiction, event: Event) -> None:
        """Fired cases on the ground: of a gun in hand, one used before, or a new."""
        pool = self.active.setdefault(here.code, [])
        recent = [gun for gun, last in pool if (event.day - last).days < 540]
        if event.items and chance.random() < 0.6:
            gun = event.items[0].gun
        elif recent and chance.random() < 0.3:
            gun = chance.choice(recent)
        else:
            gun = self.armoury.illicit()
        pool.append((gun, event.day))
        self._fired(chance, event, gun, "cartridge_case")

    def _fired(
        self,
        chance: random.Random,
        event: Event,
        gun: Gun,
        kind: str,
        item: str = "",
    ) -> None:
        received = min(self.last, event.reported + DAY * (1 + chance.randrange(20)))
        number = self._next("B", event.jurisdiction, event.day.year)
        self.fired.append(
            Fired(number, event.number, event.jurisdiction, gun, kind, received, item)
        )

    def _planted(self, month: int, first: datetime.date) -> None:
        for entry in PLANTED:
            chance = self.chance(f"planted/{entry.code}/{month}")
            if entry.count:
                continue
            amount = poisson(chance, entry.expected(month, self.size.planted))
            for _ in range(amount):
                here = region.jurisdiction(chance.choice(entry.jurisdictions))
                self.events.append(self._plant(chance, here, entry, first))

    def _plant(
        self,
        chance: random.Random,
        here: Jurisdiction,
        entry: Planted,
        first: datetime.date,
    ) -> Event:
        kind = kinds()[_PLANT_KIND[entry.kind]]
        event = self._event(chance, here, replace(kind, guns=0.0), first)
        event.planted = entry.code
        if entry.kind == "route":
            event.sender, event.parcel, event.transport = "border", None, "road_car"
            event.place_type, event.detection = "border_crossing", "risk_profile"
            gate = next(
                g for g in region.crossings(here.code) if g.name == entry.crossing
            )
            event.crossing, event.route = gate.name, entry.route
            event.lat, event.lon, event.concealment = (
                gate.lat,
                gate.lon,
                "vehicle_cavity",
            )
            event.transport = "sea" if gate.type == "sea" else "road_car"
            for _ in range(1 + poisson(chance, 0.6)):
                gun = self.armoury.make(named(entry.make, entry.model))
                self._hold(chance, event, gun, "unregistered")
        elif entry.kind == "conversion":
            for _ in range(1 + poisson(chance, 0.3)):
                gun = self.armoury.converted(named(entry.make, entry.model))
                self._hold(chance, event, gun, "unregistered")
        elif entry.kind == "printed":
            self._hold(
                chance, event, self.armoury.printed("3dp_hybrid"), "unregistered"
            )
        elif entry.kind == "parcels":
            event.route = entry.route
            in_a_parcel(chance, here, event, "bicycle parts")
            alarm = self.armoury.make(named("Zoraki", "914"))
            self._hold(chance, event, alarm, "unregistered")
        elif entry.kind == "grenades":
            city = next(p for p in region.places(here.code) if p.name == "Skopje")
            event.place = city
            event.lat = round(city.lat + chance.gauss(0, 0.012), 4)
            event.lon = round(city.lon + chance.gauss(0, 0.015), 4)
            event.devices.append(
                Device(f"{event.number}/X1", "hand_grenade", "M75", 1, 0.36)
            )
        else:
            self._fire(chance, here, event)
            event.rounds.append(
                Rounds(
                    f"{event.number}/A1",
                    event.shots,
                    "9 mm Luger",
                    "cartridge_case",
                    "PPU 19",
                    "PPU-9L-1907",
                )
            )
        return event

    def _spread(self, code: str, months: list[datetime.date]) -> None:
        """Plant a given number of events: a lost delivery, or the scenes of one gun."""
        entry = next(row for row in PLANTED if row.code == code)
        chance = self.chance(f"planted/{code}")
        span = range(entry.start, min(entry.end, len(months) - 1) + 1)
        when = sorted(chance.choices(span, k=entry.count))
        model = named("Zastava", "CZ 99")
        guns = [self.armoury.make(model)] * entry.count
        if entry.kind == "lot":
            guns = self._depot_loss(chance, entry, months[entry.start - 3])
        for place, month in enumerate(when):
            here = region.jurisdiction(
                entry.jurisdictions[place % len(entry.jurisdictions)]
            )
            kind = kinds()["seizure" if entry.kind == "lot" else "attempted_homicide"]
            event = self._event(chance, here, replace(kind, guns=0.0), months[month])
            event.planted = code
            if entry.kind == "lot":
                self._hold(chance, event, guns[place], "state_stock")
            else:
                event.shots = max(2, event.shots)
                self._fired(chance, event, guns[0], "cartridge_case")
            self.events.append(event)
        if entry.kind == "series":
            here = region.jurisdiction(entry.jurisdictions[-1])
            event = self._event(
                chance, here, kinds()["seizure"], months[min(66, len(months) - 1)]
            )
            event.planted = code
            self._hold(chance, event, guns[0], "unregistered")
            self.events.append(event)

    def _depot_loss(
        self, chance: random.Random, entry: Planted, day: datetime.date
    ) -> list[Gun]:
        guns = self.armoury.run(named(entry.make, entry.model), 24, entry.code)
        depot = region.places("me")[1]
        for gun in guns:
            number = self._next("L", "me", day.year)
            self.losses.append(Loss(number, gun, "me", "stolen", day, depot, None))
        chance.shuffle(guns)
        return guns[: entry.count]

    def _laboratory(self) -> None:
        """Test fires of what was recovered, and the series that the laboratory sees."""
        chance = self.chance("laboratory")
        for event in self.events:
            if event.sender != "police" or event.incident == "voluntary_surrender":
                continue
            for item in event.items:
                if item.state == "fires" and chance.random() < 0.22:
                    self._fired(chance, event, item.gun, "test_fired_case", item.number)
        self.fired.sort(key=lambda row: (row.received, row.number))
        scenes: dict[int, list[Fired]] = {}
        for row in self.fired:
            scenes.setdefault(row.gun.id, []).append(row)
        for number, rows in enumerate((r for r in scenes.values() if len(r) > 1), 1):
            for row in rows:
                row.series = f"S-{number:04d}"


def _campaign(code: str, month: int) -> bool:
    """Months of surrender campaigns: two long ones and some short ones."""
    runs = {
        "rs": range(40, 43),
        "ba": range(20, 22),
        "me": range(29, 31),
        "mk": range(50, 52),
        "al": range(10, 12),
    }
    return month in runs.get(code, ())


_PLANT_KIND = {
    "conversion": "seizure",
    "route": "smuggling",
    "parcels": "smuggling",
    "printed": "seizure",
    "grenades": "grenade_attack",
    "ammunition": "shooting",
}
