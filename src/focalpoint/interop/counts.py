"""Tables of counts: statistics about objects, which hold no object themselves."""

from focalpoint.interop import headings
from focalpoint.interop.meanings import number_in
from focalpoint.interop.profiles import Profile
from focalpoint.interop.tables import Column, Table
from focalpoint.values.errors import BadInput

PERIODS = ("year", "month", "day", "event_date")
NEARLY = 0.6  # likeness of a heading that says more than how many
MORE_THAN_ONE = 0.5  # of the rows
OBJECTS = ("serial", "make", "model", "calibre", "make_model", "case_number")


def reason(table: Table, profiles: dict[str, Profile], *, record: str = "") -> str:
    """Why a table seems to hold counts; empty where it seems to hold objects.

    Parameters
    ----------
    table : Table
        The table.
    profiles : dict of Profile
        Its columns in figures, by name.
    record : str
        What each row would become, where that is known: a firearm is one thing, of
        ammunition and the like a row holds many.
    """
    concepts = {column.name: _concept(column) for column in table.columns}
    several = _several(table, profiles, concepts) if record == "firearm" else ""
    if several:
        return f"column “{several}” counts, and no column holds serial numbers"
    if any(
        concept in ("serial", "make", "model", "calibre", "make_model")
        and not _is_count(profiles[name])
        for name, concept in concepts.items()
    ):
        return ""
    numeric = [
        column.name
        for column in table.columns
        if _is_count(profiles[column.name]) and concepts[column.name] not in PERIODS
    ]
    total = _total(table, numeric)
    if total:
        return f"column “{total}” is the sum of the others"
    period = any(
        concept in ("year", "month", "event_date") for concept in concepts.values()
    )
    named = [
        name
        for name in numeric
        if concepts[name] in ("count", "quantity") or "quant" in name
    ]
    rest = [c for c in table.columns if c.name not in numeric]
    textual = [c for c in rest if profiles[c.name].numbers < 0.5]
    if period and len(numeric) >= 0.6 * len(table.columns) and len(numeric) >= 3:
        return f"{len(numeric)} of {len(table.columns)} columns are numbers by period"
    if period and named and not any(profiles[c.name].distinct > 0.9 for c in textual):
        return f"column “{named[0]}” counts, by period"
    if len(named) == 1 and len(table.columns) <= 4 and _grouped(textual, profiles):
        return f"column “{named[0]}” counts, by group"
    return ""


def _several(
    table: Table, profiles: dict[str, Profile], concepts: dict[str, str]
) -> str:
    """The column that says how many there are of each, where nothing names each."""
    if any(
        concept == "serial" and not _is_count(profiles[name])
        for name, concept in concepts.items()
    ):
        return ""
    for column in table.columns:
        name = column.text or column.name
        counts = max(headings.likeness(name, c).score for c in ("count", "quantity"))
        found = profiles[column.name]
        if counts < NEARLY or concepts[column.name] in PERIODS or not _is_count(found):
            continue
        more = sum(text.isdigit() and int(text) > 1 for text in found.texts)
        if more >= MORE_THAN_ONE * len(found.texts):
            return column.name
    return ""


def refuse(table: Table, why: str) -> BadInput:
    """The message for a table of counts."""
    return BadInput(
        "%(file)s holds counts, not objects (%(why)s): each line is a statistic, so no "
        "record can be made of it and nothing was stored. Import the register that it "
        "was counted from; use the counts as a series in early detection",
        file=table.file or table.name,
        why=why,
    )


def _concept(column: Column) -> str:
    best, best_score = "", 0.74
    for concept in (*OBJECTS, *PERIODS, "count", "quantity", "key", "area", "type"):
        score = headings.likeness(column.text or column.name, concept).score
        if score > best_score:
            best, best_score = concept, score
    return best


def _is_count(found: Profile) -> bool:
    """Whole numbers, none negative, many of them small or equal."""
    if not found.texts or found.integers < 0.98:
        return False
    numbers = [int(text) for text in found.texts if text.isdigit()]
    return (
        len(numbers) >= 0.98 * len(found.texts) and max(len(t) for t in found.texts) < 9
    )


def _total(table: Table, numeric: list[str]) -> str:
    """The column that is the sum of at least two others in nearly every row."""
    if len(numeric) < 3:
        return ""
    places = {column.name: i for i, column in enumerate(table.columns)}
    rows = [
        [number_in(str(row.cells[places[name]] or 0)) or 0.0 for name in numeric]
        for row in table.sample(200)
    ]
    for at in range(len(numeric) - 1, -1, -1):
        for first in range(len(numeric)):
            parts = [i for i in range(first, len(numeric)) if i != at]
            if len(parts) < 2:
                continue
            hits = sum(row[at] == sum(row[i] for i in parts) for row in rows)
            filled = sum(row[at] > 0 for row in rows)
            if hits >= 0.95 * len(rows) and filled >= 0.2 * len(rows):
                return numeric[at]
    return ""


def _grouped(textual: list[Column], profiles: dict[str, Profile]) -> bool:
    return bool(textual) and all(profiles[c.name].filled > 0.8 for c in textual)
