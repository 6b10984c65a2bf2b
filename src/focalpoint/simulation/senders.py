"""What a person who knows each sender would say about its columns: the mappings.

The senders' files come without them; a focal point that has received them before has
saved them. They are written as YAML beside the files, so that loading a region goes the
way that the second delivery of a real sender goes.
"""

import json
from pathlib import Path

from focalpoint.simulation.files import Sheet
from focalpoint.simulation.region import jurisdiction
from focalpoint.values import codelists

GUN = {
    "type": "firearm.type",
    "make": "firearm.make",
    "model": "firearm.model",
    "calibre": "firearm.calibre",
    "serial": "firearm.serial",
}
EVENT = {
    "event_no": "incident.case_number",
    "city": "incident.place",
    "transport": "incident.transport_mode",
    "concealment": "incident.concealment",
    "detection": "incident.detection_method",
    "origin": "incident.origin_country",
    "destination": "incident.destination_country",
}
FIELDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "registry": (
        "firearm",
        "registry_no",
        GUN
        | {
            "year": "firearm.year_of_manufacture",
            "country": "firearm.country_of_manufacture",
            "registered": "firearm.event_date",
        },
    ),
    "losses": (
        "firearm",
        "report_no",
        GUN | {"kind": "firearm.kind", "date": "firearm.event_date"},
    ),
    "events": (
        "incident",
        "event_no",
        EVENT
        | {
            "date": "incident.occurred_from",
            "reported": "incident.reported_on",
            "incident": "incident.type",
            "context": "incident.context",
            "lat": "incident.lat",
            "lon": "incident.lon",
            "place_type": "incident.place_type",
            "plate": "incident.conveyance",
            "linked_crime": "incident.linked_crimes",
            "offence": "incident.offences",
            "shots": "incident.shots_fired",
        },
    ),
    "persons": (
        "person",
        "person_no",
        {
            "event_no": "person.incident",
            "family": "person.family_name",
            "given": "person.given_name",
            "born": "person.birth_date",
            "sex": "person.sex",
            "person_id": "person.national_id",
            "role": "person.role",
            "led": "person.led_category",
        },
    ),
    "firearms": (
        "firearm",
        "item_no",
        GUN
        | {
            "event_no": "firearm.incident",
            "date": "firearm.event_date",
            "kind": "firearm.acquisition",
            "origin_class": "firearm.origin_class",
            "source_model": "firearm.conversion_source",
            "actual_calibre": "firearm.conversion_calibre",
            "state": "firearm.functional_state",
            "legal": "firearm.legal_status",
        },
    ),
    "ammunition": (
        "ammunition",
        "item_no",
        {
            "event_no": "ammunition.incident",
            "date": "ammunition.event_date",
            "ammo_kind": "ammunition.kind",
            "calibre": "ammunition.calibre",
            "headstamp": "ammunition.headstamp",
            "lot": "ammunition.lot",
            "quantity": "ammunition.quantity",
        },
    ),
    "explosives": (
        "explosive",
        "item_no",
        {
            "event_no": "explosive.incident",
            "date": "explosive.event_date",
            "family": "explosive.family",
            "model": "explosive.model",
            "quantity": "explosive.quantity",
            "mass": "explosive.mass_kg",
        },
    ),
    "seizures": (
        "firearm",
        "item_no",
        GUN
        | EVENT
        | {
            "date": "firearm.event_date",
            "crossing": "incident.border_crossing",
            "plate": "incident.conveyance",
            "kind": "firearm.acquisition",
        },
    ),
    "cases": ("incident", "event_no", EVENT | {"date": "incident.occurred_from"}),
    "parcels": (
        "consignment",
        "parcel_no",
        {
            "event_no": "consignment.incident",
            "parcel_no": "consignment.tracking_number",
            "date": "consignment.intercepted_on",
            "operator": "consignment.carrier",
            "origin": "consignment.origin_country",
            "sender": "consignment.sender",
            "recipient": "consignment.recipient",
            "declared": "consignment.declared_contents",
            "value": "consignment.value_text",
            "weight": "consignment.weight_g",
            "hs": "consignment.hs_heading",
            "detection": "consignment.detection_method",
        },
    ),
    "finds": (
        "firearm",
        "item_no",
        GUN | {"event_no": "firearm.incident", "date": "firearm.event_date"},
    ),
    "items": (
        "ballistic_item",
        "lab_no",
        {
            "event_no": "ballistic_item.incident",
            "item_no": "ballistic_item.firearm",
            "received": "ballistic_item.event_date",
            "lab_kind": "ballistic_item.kind",
            "calibre": "ballistic_item.calibre",
            "pin_shape": "ballistic_item.firing_pin",
            "breech_class": "ballistic_item.breech_face",
            "grooves": "ballistic_item.land_count",
            "twist": "ballistic_item.twist",
        },
    ),
}
"""Table to record type, key column and fields of columns; others are left out."""
CONSTANTS = {
    "registry": {"firearm.kind": "registered"},
    "firearms": {"firearm.kind": "recovered"},
    "seizures": {"firearm.kind": "recovered", "incident.type": "smuggling"},
    "cases": {"incident.type": "smuggling", "incident.context": "weapon_seizure"},
    "finds": {"firearm.kind": "recovered", "firearm.acquisition": "seized"},
}
NAMES = {
    "registry": "Weapons registry",
    "losses": "Losses and thefts",
    "events": "Police, events",
    "persons": "Police, persons",
    "firearms": "Police, firearms",
    "ammunition": "Police, ammunition",
    "explosives": "Police, explosives",
    "seizures": "Border police",
    "cases": "Customs, cases",
    "parcels": "Customs, parcels",
    "finds": "Customs, firearms",
    "items": "Laboratory",
}


def source(sheet: Sheet) -> str:
    """The name of the sender of a table, as people would call it."""
    code = sheet.sender.rpartition("-")[2]
    where = codelists.load("jurisdictions").label(jurisdiction(code).code)
    return f"{NAMES[sheet.table]}, {where}"


def mapping(sheet: Sheet) -> str:
    """The mapping of a table as YAML; texts are quoted as in JSON, which YAML reads."""
    record, key, fields = FIELDS[sheet.table]
    headings = dict(sheet.headings)
    lines = [f"record: {record}", f"source: {_quoted(source(sheet))}"]
    if sheet.sheet:
        lines.append(f"sheet: {_quoted(sheet.sheet)}")
    lines.append(f"key: [{_quoted(headings[key])}]")
    constants = CONSTANTS.get(sheet.table, {})
    if constants:
        lines.append("constants:")
        lines += [f"  {path}: {value}" for path, value in constants.items()]
    lines.append("columns:")
    lines += [
        f"  {_quoted(text)}: {_quoted(fields.get(column, '-'))}"
        for column, text in sheet.headings
    ]
    return "\n".join(lines) + "\n"


def write_mappings(sheets: list[Sheet], folder: Path) -> None:
    """Write the mapping of every table, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in sheets:
        path = folder / f"{sheet.sender}-{sheet.table}.yaml"
        path.write_text(mapping(sheet), encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
