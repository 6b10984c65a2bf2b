"""How things cross borders: through a gate, or in a parcel that customs open."""

import random

from focalpoint.simulation import region
from focalpoint.simulation.happenings import Event, Parcel
from focalpoint.simulation.people import invent, plate
from focalpoint.simulation.region import Jurisdiction

DECLARED = (
    "toys",
    "tools",
    "car parts",
    "kitchen goods",
    "airsoft accessories",
    "clothing",
)


def over_the_border(chance: random.Random, here: Jurisdiction, event: Event) -> None:
    """Let an event happen at a crossing, or in the post now and then."""
    if chance.random() < 0.2:
        in_a_parcel(chance, here, event, chance.choice(DECLARED))
        return
    event.sender = "border"
    gate = chance.choice(region.crossings(here.code))
    inward = chance.random() < 0.5
    beyond = chance.choice(("", "hr", "at", "de", "it", "si", "se"))
    event.crossing = gate.name
    event.lat, event.lon = gate.lat, gate.lon
    event.route = (
        (gate.other, "", here.code) if inward else (here.code, gate.other, beyond)
    )
    event.transport = (
        "sea"
        if gate.type == "sea"
        else chance.choice(("road_car", "road_car", "road_bus", "road_truck"))
    )
    event.concealment = chance.choice(
        (
            "vehicle_cavity",
            "luggage",
            "cargo",
            "disassembled",
            "body",
            "mixed_goods",
        )
    )
    event.plate = plate(chance, chance.choice((here.code, *here.neighbours)))


def in_a_parcel(
    chance: random.Random, here: Jurisdiction, event: Event, declared: str
) -> None:
    """Let an event be a consignment that customs opened."""
    event.sender, event.place_type = "customs", "postal_centre"
    event.transport = chance.choice(("post", "courier"))
    event.concealment, event.detection = (
        "parcel",
        chance.choice(("xray", "risk_profile", "dog")),
    )
    origin = event.route[0] or chance.choice(("tr", "de", "us", "cn", "bg", "gb"))
    event.route = (origin, "", here.code)
    event.crossing = event.plate = ""
    recipient = event.person or invent(chance, here.code, here.locale, event.day.year)
    number = f"QZ{chance.randrange(10**8):08d}{chance.randrange(10)}{origin.upper()}"
    event.parcel = Parcel(
        number,
        f"Sender {chance.randrange(100, 1000)}",
        recipient,
        declared,
        chance.randrange(5, 90),
        round(chance.uniform(200, 4500)),
        chance.choice(("9305", "9302", "9304", "8714", "9503")),
        "post" if event.transport == "post" else "courier",
    )
