"""What is new, what is rising, where, and how sure."""

from typing import NamedTuple


class Detector(NamedTuple):
    """One row of the table: ``target`` is ``module:function``, loaded when used."""

    target: str
    title: str
    needs: str


_HERE = "focalpoint.engines.detection."

DETECTORS: dict[str, Detector] = {
    "default": Detector(
        _HERE + "default:detect",
        "More than the family, the season and the trend explain",
        "counts per period; type, calibre, model, region, jurisdiction, place if known",
    ),
    "farrington": Detector(
        _HERE + "farrington:detect",
        "Higher than the same time in earlier years and the trend explain",
        "counts per period over some years",
    ),
    "ears-c1": Detector(
        _HERE + "ears:run", "Higher than the seven periods before", "counts per period"
    ),
    "ears-c2": Detector(
        _HERE + "ears:run",
        "Higher than seven earlier periods, two left out",
        "counts per period",
    ),
    "ears-c3": Detector(
        _HERE + "ears:run", "Excess added up over three periods", "counts per period"
    ),
    "cusum": Detector(
        _HERE + "cusum:run", "Small rises that last, added up", "counts per period"
    ),
}
