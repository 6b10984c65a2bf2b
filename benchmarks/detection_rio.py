"""Turn the monthly seizures of Rio de Janeiro State into a file for ``focalpoint detect``.

Run ``python benchmarks/detection_rio.py rio_seized_weapons_monthly.csv.gz SERIES.csv``: one
series for each police area and type of weapon, with area, battalion and region as branches.
The months after the last one with any weapon are left out.
"""

import csv
import gzip
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

ORIGIN, START = date(1970, 1, 1), 2007
COUNT = "quantidade_"


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    counts: dict[tuple[str, str], dict[int, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    above: dict[str, tuple[str, str]] = {}
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            month = (int(row["ano"]) - START) * 12 + int(row["mes"])
            above[row["id_cisp"]] = (row["id_aisp"], row["id_risp"])
            for name in row:
                if name.startswith(COUNT):
                    key = (row["id_cisp"], name.removeprefix(COUNT))
                    counts[key][month] += int(float(row[name] or 0))
    last = max(t for months in counts.values() for t, n in months.items() if n)
    header = [
        "series",
        "t",
        "epoch",
        "observed",
        "type",
        "region",
        "jurisdiction",
        "place",
    ]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for (area, kind), months in sorted(counts.items()):
            battalion, region = above[area]
            branch = [kind, f"r{region}", f"a{battalion}", f"p{area}"]
            for t in sorted(x for x in months if x <= last):
                first = date(START + (t - 1) // 12, (t - 1) % 12 + 1, 1)
                days = (first - ORIGIN).days
                writer.writerow([f"{area}-{kind}", t, days, months[t], *branch])
    print(f"{len(counts)} series to month {last}")


if __name__ == "__main__":
    main()
