"""How the detection commands write their tables."""

import csv
from pathlib import Path

from focalpoint.commands.output import whole_file

Row = dict[str, object]


def shown(value: float) -> str:
    """A number with all its digits; ``NA`` where there is none."""
    value = float(value)
    if value != value:
        return "NA"
    if value in (float("inf"), float("-inf")):
        return "Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def write_rows(path: Path, columns: list[str], rows: list[Row]) -> None:
    """Write a CSV file that appears only when it is whole."""
    with (
        whole_file(path) as draft,
        draft.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
