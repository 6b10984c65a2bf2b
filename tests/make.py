"""Plain functions that make records, valid by default: ``make.firearm(by, make="x")``."""

from typing import Any

from focalpoint.accounts.models import Unit
from focalpoint.records import actions, registry

DEFAULTS: dict[str, dict[str, Any]] = {
    "incident": {"type": "seizure", "occurred_from": "2025-03-14", "place": "Batrovci"},
    "seizure": {"seized_on": "2025-03-14", "record_number": "S-1"},
    "firearm": {
        "kind": "recovered",
        "type": "pistol",
        "make": "zastava",
        "model": "M70",
        "calibre": "765x17",
        "serial": "A 12345",
        "event_date": "2025-03-14",
    },
    "part": {"component": "barrel", "serial": "B 777"},
    "ammunition": {"quantity": 50, "calibre": "9x19", "headstamp": "ppu"},
    "explosive": {"family": "hand_grenade", "quantity": 2},
    "ballistic_item": {"kind": "cartridge_case", "calibre": "9x19"},
    "person": {
        "led_category": "suspect",
        "family_name": "Đorđević",
        "given_name": "Џемал",
        "birth_date": "1980-02",
    },
    "organisation": {"name": "Dealer One"},
    "location": {"name": "Crossing One"},
    "consignment": {"kind": "parcel", "tracking_number": "RR123456789XX"},
    "legal_case": {"number": "KT 12/2025"},
    "report": {"title": "Parcels", "text": "Raw text", "sanitised_text": "Clean text"},
    "exhibit": {"number": "E-1", "description": "Pistol in a sealed bag"},
}


def record(code: str, by: Any, unit: Unit | None = None, **over: Any) -> Any:
    """Make one record of a type through the action that people use."""
    where = unit or by.units.first()
    values = {**DEFAULTS.get(code, {}), **over}
    return actions.create(registry.get(code), values, by=by, unit=where)


def firearm(by: Any, **over: Any) -> Any:
    """Make a firearm."""
    return record("firearm", by, **over)


def incident(by: Any, **over: Any) -> Any:
    """Make an event."""
    return record("incident", by, **over)


def person(by: Any, **over: Any) -> Any:
    """Make a person."""
    return record("person", by, **over)
