"""A mapping proposed from headings and contents, with reasons and doubts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from focalpoint.interop import counts, headings, keys
from focalpoint.interop.cells import Note
from focalpoint.interop.mapping import Mapping, TargetField, Use
from focalpoint.interop.profiles import Profile, fitness, profiles
from focalpoint.interop.tables import Column, Table

ACCEPTED = 0.5  # score from which a column is proposed for a field
NEAR = 0.03  # two columns this close are a doubt
HEADING, CONTENT = 0.6, 0.4  # how much headings and contents weigh
# Kinds whose contents speak for themselves, and the share that must fit.
TELLING = {"serial": 0.9, "make": 0.6, "calibre": 0.7}
# Kinds whose contents may forbid what the heading says.
FORBIDDING = {
    "date": 0.3,
    "integer": 0.6,
    "decimal": 0.6,
    "country": 0.3,
    "boolean": 0.5,
}
FORBIDDING |= {"calibre": 0.1, "serial": 0.15}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is proposed for one column, and why.

    ``reasons`` are sentences as notes; ``others`` the next best fields with scores.
    """

    column: str
    field: str
    score: float
    reasons: tuple[Note, ...] = ()
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """The mapping proposed for a table.

    ``doubts`` say why a person should look before it is used; it is unambiguous when
    there are none. ``counts`` says why the table seems to hold counts; empty if it
    holds objects.
    """

    mapping: Mapping
    suggestions: tuple[Suggestion, ...]
    key: keys.Key
    doubts: tuple[Note, ...] = ()
    counts: str = ""

    @property
    def is_clear(self) -> bool:
        """Whether it may be used without asking."""
        return not self.doubts and not self.counts


def propose(
    table: Table, fields: Sequence[TargetField], *, record: str = "firearm"
) -> Proposal:
    """Propose which column becomes which field, and the key.

    Parameters
    ----------
    table : Table
        The table as read.
    fields : sequence of TargetField
        What columns may become.
    record : str
        The record type that each row is about.
    """
    return with_key(table, draft(table, profiles(table), fields, record=record))


def with_key(table: Table, found: Proposal) -> Proposal:
    """Add the columns that tell the rows apart; reads the whole table."""
    key = keys.propose(table, replace(found.mapping, key=()))
    return replace(found, mapping=replace(found.mapping, key=key.columns), key=key)


def draft(
    table: Table,
    found: dict[str, Profile],
    fields: Sequence[TargetField],
    *,
    record: str = "firearm",
) -> Proposal:
    """Propose which column becomes which field.

    Each pair of column and field is scored by the heading (words of the vocabulary in
    any language) and by the contents; then the best pairs are taken, each column and
    each field once.

    Parameters
    ----------
    table : Table
        The table as read.
    found : dict of Profile
        The profiles of its columns.
    fields : sequence of TargetField
        What columns may become.
    record : str
        The record type that each row is about.
    """
    why = counts.reason(table, found, record=record)
    scores = _scores(table.columns, found, fields)
    taken = _assigned(scores)
    order = _date_order(found, taken, fields)
    uses, suggestions = [], []
    kinds = {target.path: target for target in fields}
    for column in table.columns:
        path = taken.get(column.name, "")
        ranked = sorted(
            (item for item in scores.items() if item[0][0] == column.name),
            key=lambda item: -item[1],
        )
        others = tuple((p, s) for (_c, p), s in ranked if p != path and s > 0.3)[:3]
        score = scores.get((column.name, path), 0.0)
        target = kinds.get(path)
        reasons = _reasons(column, found[column.name], target) if target else ()
        suggestions.append(Suggestion(column.name, path, score, reasons, others))
        dated = target is not None and target.kind == "date"
        own = found[column.name]
        uses.append(
            Use(
                column.name,
                path,
                (own.order if own.order_proved else order) if dated else "dmy",
            )
        )
    uses = _two_in_one(uses, fields, record)
    mapping = Mapping(record=record, uses=tuple(uses))
    doubts = (
        *_doubled(table, taken),
        *_rivals(scores, taken, found),
        *_substance(mapping, fields, table),
    )
    none = keys.Key((), "content")
    return Proposal(mapping, tuple(suggestions), none, doubts, why)


def _scores(
    columns: Sequence[Column], found: dict[str, Profile], fields: Sequence[TargetField]
) -> dict[tuple[str, str], float]:
    scores = {}
    for column in columns:
        for target in fields:
            score = _score(column, found[column.name], target)
            if score > 0.2:
                scores[column.name, target.path] = score
    return scores


def _score(column: Column, found: Profile, target: TargetField) -> float:
    heading, telling = _heading(column, target), TELLING.get(target.kind)
    if heading < 0.5 and telling is None:
        return 0.0  # whatever its cells hold
    fits = fitness(found, target)
    limit = FORBIDDING.get(target.kind)
    # A heading that says it plainly stands, even over words that are not understood.
    plain = heading >= 1.0 and target.kind in ("calibre", "serial")
    if limit is not None and found.texts and fits < limit and not plain:
        return 0.0
    if heading < 0.5:
        if telling is None or fits < telling or heading == headings.FOREIGN:
            return 0.0
        text = column.text or column.name
        if headings.is_of(text):
            return 0.0  # the heading says what it is, and it is something else
        own = headings.likeness(text, "key").score
        if target.kind == "serial" and (found.numbers > 0.5 or own >= ACCEPTED):
            return 0.0  # numbers alone may be anything, and keys are no serials
        return 0.5 + 0.1 * fits
    # An empty column proves nothing: it yields to one that is filled.
    return HEADING * heading + CONTENT * fits - (0.1 if found.filled < 0.05 else 0.0)


def _heading(column: Column, target: TargetField) -> float:
    concept = target.concept or target.name
    text = column.text or column.name
    own = headings.likeness(text, concept, target.aliases).score
    if column.group:
        joined = headings.likeness(
            f"{column.group} {text}", concept, target.aliases
        ).score
        if joined == headings.FOREIGN and own < 1.0:
            return headings.FOREIGN  # the group speaks of somebody else
        own = max(own, joined) if joined != headings.FOREIGN else 0.7 * own
    return own


def _assigned(scores: dict[tuple[str, str], float]) -> dict[str, str]:
    """The best pairs, each column and each field once."""
    taken: dict[str, str] = {}
    for (column, path), score in sorted(scores.items(), key=lambda item: -item[1]):
        if score < ACCEPTED:
            break
        if column not in taken and path not in taken.values():
            taken[column] = path
    return taken


def _two_in_one(
    uses: list[Use], fields: Sequence[TargetField], record: str
) -> list[Use]:
    """Read maker and model out of one column, where its heading says both."""
    make, model = f"{record}.make", f"{record}.model"
    if not {make, model} <= {target.path for target in fields}:
        return uses
    if make in {use.field for use in uses}:
        return uses
    changed = []
    for use in uses:
        likeness = headings.likeness(use.column, "make_model").score
        both = likeness >= 0.9 and use.field in ("", model)
        changed.append(Use(use.column, make, also=model) if both else use)
    return changed if sum(use.field == make for use in changed) == 1 else uses


def _date_order(
    found: dict[str, Profile], taken: dict[str, str], fields: Sequence[TargetField]
) -> str:
    """The order of dates that the file proves anywhere; day first otherwise."""
    proved = [p.order for p in found.values() if p.order_proved and p.dates > 0.5]
    return max(set(proved), key=proved.count) if proved else "dmy"


def _reasons(column: Column, found: Profile, target: TargetField) -> tuple[Note, ...]:
    reasons = []
    concept = target.concept or target.name
    like = headings.likeness(column.text or column.name, concept, target.aliases)
    if like.score >= 0.5:
        reasons.append(
            Note(
                "heading",
                "the heading “%(heading)s” says so (“%(phrase)s”)",
                {"heading": column.text or column.name, "phrase": like.phrase},
            )
        )
    fits = fitness(found, target)
    if found.texts and target.kind not in ("text", "reference"):
        reasons.append(
            Note(
                "contents",
                "%(share)d of 100 filled cells fit %(field)s, such as “%(example)s”",
                {
                    "share": round(100 * fits),
                    "field": target.label,
                    "example": found.texts[0][:40],
                },
            )
        )
    return tuple(reasons)


def _rivals(
    scores: dict[tuple[str, str], float],
    taken: dict[str, str],
    found: dict[str, Profile],
) -> list[Note]:
    """Columns of different content that fit a field equally well and find no other."""
    doubts = []
    for column, path in taken.items():
        for (other, rival), score in scores.items():
            equal = rival == path and other != column and other not in taken
            if not equal or scores[column, path] - score > NEAR or score < ACCEPTED:
                continue
            if found[other].texts == found[column].texts or found[other].filled < 0.02:
                continue
            doubts.append(
                Note(
                    "rival_columns",
                    "“%(one)s” and “%(two)s” could both be %(field)s: say which one",
                    {"one": column, "two": other, "field": path},
                )
            )
    return doubts


def _substance(
    mapping: Mapping, fields: Sequence[TargetField], table: Table
) -> list[Note]:
    """A proposal that says nothing of the object itself helps nobody."""
    known = {target.path for target in fields if target.substance}
    if any(use.field in known for use in mapping.uses):
        return []
    return [
        Note(
            "nothing_recognised",
            "no column of “%(table)s” was recognised as describing an object (its "
            "columns: %(columns)s): say which column is what in a mapping",
            {
                "table": table.name,
                "columns": ", ".join(column.name for column in table.columns)[:300],
            },
        )
    ]


def _doubled(table: Table, taken: dict[str, str]) -> list[Note]:
    """A heading that stands twice, where one of the two was to be used."""
    texts: dict[str, list[Column]] = {}
    for column in table.columns:
        if column.text:
            texts.setdefault(f"{column.group}|{column.text}".casefold(), []).append(
                column
            )
    return [
        Note(
            "duplicate_header",
            "the heading “%(heading)s” stands over columns %(columns)s: name them "
            "differently, or say in a mapping which is which",
            {
                "heading": same[0].text,
                "columns": " and ".join(column.letters for column in same),
            },
        )
        for same in texts.values()
        if len(same) > 1 and any(column.name in taken for column in same)
    ]
