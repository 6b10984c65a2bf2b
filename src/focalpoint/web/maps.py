"""What the map island needs: points as GeoJSON, names of jurisdictions, a table."""

from collections.abc import Iterable
from typing import Any

from focalpoint.records import wording
from focalpoint.values import codelists
from focalpoint.web.tables import address


def names() -> dict[str, dict[str, object]]:
    """Return where the name of each jurisdiction stands; Kosovo keeps its asterisk."""
    return {
        entry.code.upper(): {
            "name": wording.jurisdiction(entry.code),
            "lon": float(entry.extra["lon"]),
            "lat": float(entry.extra["lat"]),
        }
        for entry in codelists.load("jurisdictions")
        if entry.extra.get("lon") and entry.extra.get("lat")
    }


def points(places: Iterable[tuple[Any, float, float]]) -> dict[str, object]:
    """Return records with their places as GeoJSON."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {
                    "title": wording.caption(record),
                    "href": address(record),
                    "kind": "fact",
                },
            }
            for record, lat, lon in places
        ],
    }
