"""The eighteen signals: which detector finds each, from what, with which parameters.

A row whose ``target`` is a function of ``patterns`` or ``novelty`` runs over records;
the others name the detector over series or routes that finds them. ``reviewed`` marks
what a person enters.
"""

from typing import Any, NamedTuple

PRINTED = ("3d-printed", "3d printed", "3dp", "printed", "hybrid")
SWITCHES = (
    "machine-gun conversion",
    "machine gun conversion",
    "conversion device",
    "mcd",
)
GRENADES = ("grenade", "bomb_", "kashik")
STOCK = ("state", "army", "military", "police stock", "depot")


class Signal(NamedTuple):
    """One row: title, detector, columns it needs, parameters."""

    title: str
    target: str
    needs: tuple[str, ...]
    parameters: dict[str, Any]


SIGNALS: dict[str, Signal] = {
    "S01": Signal(
        "first-ever make, model or variant",
        "novelty:first_sightings",
        ("model",),
        {"columns": ("model",), "always": True},
    ),
    "S01-jurisdiction": Signal(
        "first model in a jurisdiction",
        "novelty:first_sightings",
        ("model", "jurisdiction"),
        {"columns": ("model",), "within": "jurisdiction"},
    ),
    "S01-combination": Signal(
        "first combination of model and calibre",
        "novelty:first_sightings",
        ("model", "calibre"),
        {"columns": ("model", "calibre")},
    ),
    "S01-concealment": Signal(
        "first way of concealment",
        "novelty:first_sightings",
        ("concealment",),
        {"columns": ("concealment",)},
    ),
    "S02": Signal(
        "conversion source model rises",
        "patterns:share_rise",
        ("conversion_source",),
        {"key": "conversion_source", "recent": 90, "past": 365, "least": 3},
    ),
    "S02-first": Signal(
        "first conversion source model",
        "novelty:first_sightings",
        ("conversion_source",),
        {"columns": ("conversion_source",)},
    ),
    "S02-calibre": Signal(
        "first calibre of a conversion",
        "novelty:first_sightings",
        ("conversion_source", "calibre"),
        {"columns": ("conversion_source", "calibre")},
    ),
    "S03": Signal(
        "consecutive or clustered serials",
        "patterns:serial_runs",
        ("serial",),
        {"distance": 50, "least": 3},
    ),
    "S04": Signal(
        "serial in a range of known stolen stock",
        "patterns:in_ranges",
        ("serial", "ranges"),
        {},
    ),
    "S05": Signal(
        "shift of the calibre family in a region",
        "patterns:share_rise",
        ("calibre", "region"),
        {"key": "calibre", "within": "region", "recent": 30, "past": 365, "least": 5},
    ),
    "S06": Signal(
        "printed or hybrid item, machine-gun conversion device",
        "patterns:listed",
        ("type",),
        {"columns": ("type", "origin", "description"), "words": PRINTED + SWITCHES},
    ),
    "S07": Signal(
        "restored reactivated guns from one deactivation source",
        "patterns:spread",
        ("deactivation_source",),
        {"key": "deactivation_source", "across": "id", "least": 3, "days": 730},
    ),
    "S08": Signal(
        "new route or crossing point, reversal",
        "routes:find",
        ("origin", "destination"),
        {"window": 90, "memory": 730, "level": 0.01},
    ),
    "S09": Signal(
        "postal or courier cluster",
        "patterns:spread",
        ("sender",),
        {"key": "sender", "across": "id", "least": 2, "days": 365},
    ),
    "S09-declared": Signal(
        "goods declared on parcels that hide weapons rise",
        "patterns:share_rise",
        ("declared",),
        {"key": "declared", "recent": 90, "past": 365, "least": 3},
    ),
    "S09-first": Signal(
        "first goods declared on a parcel that hides weapons",
        "novelty:first_sightings",
        ("declared",),
        {"columns": ("declared",)},
    ),
    "S10": Signal(
        "hand grenades rise in one city",
        "patterns:count_rise",
        ("type", "place"),
        {
            "where": "place",
            "only": ("type", GRENADES),
            "recent": 30,
            "past": 1095,
            "least": 3,
        },
    ),
    "S11": Signal(
        "same craft maker across jurisdictions",
        "patterns:spread",
        ("workshop", "jurisdiction"),
        {"key": "workshop", "across": "jurisdiction", "least": 2, "days": 3650},
    ),
    "S12": Signal(
        "ammunition lot across scenes",
        "patterns:spread",
        ("headstamp", "scene"),
        {"key": "headstamp", "across": "scene", "least": 3, "days": 730},
    ),
    "S13": Signal(
        "time to crime collapses for a source",
        "patterns:median_fall",
        ("source", "time_to_crime"),
        {"key": "source", "value": "time_to_crime", "fall": 0.5, "least": 5},
    ),
    "S14": Signal(
        "one gun at several scenes",
        "patterns:spread",
        ("gun", "scene"),
        {"key": "gun", "across": "scene", "least": 3, "days": 3650},
    ),
    "S15": Signal(
        "theft or loss of state stock",
        "patterns:listed",
        ("loss",),
        {"columns": ("loss",), "words": STOCK},
    ),
    "S16": Signal(
        "price or online offer changes (reviewed, entered by a person)",
        "patterns:together",
        ("offer",),
        {"columns": ("offer",)},
    ),
    "S17": Signal(
        "weapons with smuggling, drugs or vests",
        "patterns:together",
        ("found_with",),
        {"columns": ("found_with",)},
    ),
    "S18": Signal(
        "late or missing reports",
        "patterns:late",
        ("jurisdiction", "reported"),
        {"target": 30, "share": 0.8},
    ),
}
