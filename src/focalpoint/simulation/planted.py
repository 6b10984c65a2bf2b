"""What begins to happen in the region: planted by hand, and told to nobody else.

Every entry says what emerges, where and from which month; ``lives`` carries it out and
``truth`` notes which events came of it. Months are counted from the first one, as 0.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Planted:
    """One emergence.

    ``rate`` is the expected number of events a month at the start; it grows by
    ``growth`` a month up to ``most``. ``count`` events are planted where it is given
    instead.
    """

    code: str
    kind: str
    title: str
    jurisdictions: tuple[str, ...]
    start: int
    end: int = 999
    rate: float = 0.0
    growth: float = 0.0
    most: float = 0.0
    count: int = 0
    make: str = ""
    model: str = ""
    crossing: str = ""
    route: tuple[str, str, str] = ("", "", "")

    def expected(self, month: int, scale: float) -> float:
        """Expected events of one month, over all its jurisdictions."""
        if not self.start <= month <= self.end:
            return 0.0
        grown = self.rate + self.growth * (month - self.start)
        return scale * min(grown, self.most or grown)


PLANTED = (
    Planted(
        "conversion-retay-x1",
        "conversion",
        "Converted Retay X1 pistols appear",
        ("mk", "xk"),
        46,
        rate=0.6,
        growth=0.15,
        most=3.0,
        make="Retay",
        model="X1",
    ),
    Planted(
        "conversion-kuzey-gn19",
        "conversion",
        "Converted Kuzey GN-19 pistols appear",
        ("rs",),
        62,
        rate=1.0,
        growth=0.1,
        most=2.0,
        make="Kuzey",
        model="GN-19",
    ),
    Planted(
        "route-giurgiulesti",
        "route",
        "A route through Giurgiulești opens",
        ("md",),
        40,
        rate=0.9,
        growth=0.03,
        most=1.6,
        crossing="Giurgiulești",
        route=("ua", "md", "ro"),
        make="Česká zbrojovka",
        model="vz. 58",
    ),
    Planted(
        "route-vlore",
        "route",
        "Rifles go by sea from Vlorë",
        ("al",),
        55,
        rate=0.8,
        growth=0.04,
        most=1.5,
        crossing="Vlorë",
        route=("xk", "al", "it"),
        make="Zastava",
        model="M92",
    ),
    Planted(
        "parcels-bicycle-parts",
        "parcels",
        "Parcels declared as bicycle parts",
        ("al", "xk"),
        56,
        rate=1.3,
        growth=0.05,
        most=2.0,
        route=("tr", "", ""),
    ),
    Planted(
        "printed-hybrid",
        "printed",
        "Printed hybrid carbines appear",
        ("ba", "me", "rs"),
        50,
        rate=0.25,
        growth=0.03,
        most=0.6,
    ),
    Planted(
        "grenades-skopje",
        "grenades",
        "Grenade attacks in one city",
        ("mk",),
        57,
        end=60,
        rate=2.2,
    ),
    Planted(
        "lot-depot",
        "lot",
        "A delivery lost from a depot turns up piece by piece",
        ("ba", "rs", "al", "me"),
        33,
        count=17,
        make="Zastava",
        model="M70AB2",
    ),
    Planted(
        "series-three-borders",
        "series",
        "One gun, five scenes, three jurisdictions",
        ("me", "rs", "ba"),
        47,
        end=64,
        count=5,
    ),
    Planted(
        "ammunition-lot",
        "ammunition",
        "Rounds of one lot at several scenes",
        ("rs", "ba", "me"),
        52,
        rate=0.45,
        most=0.45,
    ),
)


def by_code(code: str) -> Planted:
    """One entry of the table."""
    return next(entry for entry in PLANTED if entry.code == code)
