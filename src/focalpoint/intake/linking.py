"""Tables that refer to each other by key: an export with one file for each thing."""

from dataclasses import dataclass, replace

from focalpoint.intake import fields
from focalpoint.intake.models import BatchTable
from focalpoint.interop import mapping as mappings
from focalpoint.interop.cells import says_nothing
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.headings import tokens
from focalpoint.interop.mapping import Mapping, Use
from focalpoint.interop.proposal import Proposal
from focalpoint.interop.tables import Column, Table

Part = tuple[BatchTable, Table, Proposal | None]
SEEN = 5000  # rows that are looked at to learn what a column refers to
REFERS = 0.9  # share of a column's values that must be keys of the other table
REFERS_END = 0.5  # the same for a column that is headed as an end of a link
ENDS = (
    frozenset("from source end1 first subject a one left entity1 id1 start".split()),  # noqa: SIM905
    frozenset("to target end2 second object b two right entity2 id2 end".split()),  # noqa: SIM905
)


@dataclass(frozen=True)
class _Reference:
    column: Column
    to: int  # position of the table it refers to
    score: float


def join(parts: list[Part]) -> list[Part]:
    """Find references between the tables; return them with referred ones first.

    A table that mostly refers to others becomes links; a column that refers to an
    event, seizure or case becomes that field of its record.
    """
    columns = [_values(table) for _row, table, _proposal in parts]
    keys = [
        _key_values(parts[i], columns[i]) if parts[i][2] is not None else (None, set())
        for i in range(len(parts))
    ]
    joined: list[Part] = []
    for i, (row, table, proposed) in enumerate(parts):
        if proposed is None:
            joined.append((row, table, proposed))
            continue
        found = _references(i, table, columns[i], keys, parts)
        if len(found) > 1 and _is_link_table(table, proposed, found):
            changed = _links(table, proposed, found, columns[i])
        else:
            changed = _refer(proposed, found, parts)
        row.record, row.mapping = changed.mapping.record, mappings.dump(changed.mapping)
        row.proposal["doubts"] = [
            {"code": d.code, "message": d.message, "params": d.params}
            for d in changed.doubts
        ]
        joined.append((row, table, changed))
    order = {code: place for place, code in enumerate(fields.IMPORTED)}
    return sorted(joined, key=lambda part: order.get(part[0].record, 0))


def _values(table: Table) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {column.name: set() for column in table.columns}
    for count, row in enumerate(table.rows()):
        for column, cell in zip(table.columns, row.cells, strict=True):
            text = as_text(cell)
            if count < SEEN and not says_nothing(text):
                found[column.name].add(text)
    return found


def _key_values(
    part: Part, columns: dict[str, set[str]]
) -> tuple[str | None, set[str]]:
    """The single key column of a table, with all its values."""
    _row, table, proposed = part
    if proposed is None or len(proposed.mapping.key) != 1:
        return None, set()
    name = proposed.mapping.key[0]
    place = [column.name for column in table.columns].index(name)
    return name, {as_text(row.cells[place]) for row in table.rows()}


def _references(
    own: int,
    table: Table,
    columns: dict[str, set[str]],
    keys: list[tuple[str | None, set[str]]],
    parts: list[Part],
) -> list[_Reference]:
    """What each column refers to, the surest table for each."""
    found = []
    for column in table.columns:
        values = columns[column.name]
        if not values or column.name == keys[own][0]:
            continue
        best: _Reference | None = None
        for other, (key, known) in enumerate(keys):
            if other == own or key is None:
                continue
            share = len(values & known) / len(values)
            named = _names(column, key, parts[other])
            telling = any(not value.isdigit() for value in values)
            least = REFERS_END if _is_end(column) else REFERS
            if share < least or not (named or telling):
                continue
            score = share + (0.5 if named else 0.0)
            if best is None or score > best.score:
                best = _Reference(column, other, score)
        if best is None:
            best = _mixed(column, values, keys, own)
        if best:
            found.append(best)
    return found


def _mixed(
    column: Column, values: set[str], keys: list[tuple[str | None, set[str]]], own: int
) -> _Reference | None:
    """A column whose values are keys of several tables together."""
    others = [known for i, (key, known) in enumerate(keys) if key and i != own]
    everything = set().union(*others) if others else set()
    least = REFERS_END if _is_end(column) else REFERS
    if not everything or len(values & everything) < least * len(values):
        return None
    if all(value.isdigit() for value in values) and not _is_end(column):
        return None
    return _Reference(column, -1, 1.0)


def _names(column: Column, key: str, part: Part) -> bool:
    """Whether a heading names the table or key that it refers to."""
    words = set(tokens(column.text or column.name))
    row, table, _proposal = part
    titles = set(tokens(table.name)) | {row.record} | set(tokens(key))
    plain = {word.rstrip("s") for word in titles} - {"id", "no", "nr", "number", "key"}
    return any(word.rstrip("s") in plain for word in words)


def _is_end(column: Column) -> bool:
    words = set(tokens(column.text or column.name))
    joined = "".join(sorted(words))
    return any(words & end or joined in end for end in ENDS)


def _is_link_table(table: Table, proposed: Proposal, found: list[_Reference]) -> bool:
    """Whether a table is about connections: two ends, and little else."""
    ends = sum(_is_end(reference.column) for reference in found)
    words = set(tokens(table.name)) | set(tokens(table.file))
    titled = bool(words & {"link", "links", "relation", "relations", "veza", "veze"})
    substance = any(d.code == "nothing_recognised" for d in proposed.doubts)
    small = len(table.columns) <= 2 * len(found) + 2
    return ends >= 2 or titled or (substance and small)


def _links(
    table: Table,
    proposed: Proposal,
    found: list[_Reference],
    columns: dict[str, set[str]],
) -> Proposal:
    """The mapping of a table of links: its two ends, its type, its key."""
    ranked = sorted(found, key=lambda r: (not _is_end(r.column), r.column.index))[:2]
    first, second = sorted(ranked, key=lambda r: (_end_of(r.column), r.column.index))
    uses = {first.column.name: "link.from_id", second.column.name: "link.to_id"}
    for column in table.columns:
        words = set(tokens(column.text or column.name))
        kind = words & {"type", "relation", "vrsta", "tip", "lloji", "tipul", "role"}
        if column.name not in uses and kind and len(columns[column.name]) <= 60:
            uses[column.name] = "link.type"
            break
    constants = {} if "link.type" in uses.values() else {"link.type": "associated_with"}
    key = proposed.mapping.key
    if not key or set(key) & set(uses):
        key = tuple(uses)
    made = Mapping(
        record="link",
        uses=tuple(Use(c.name, uses.get(c.name, "")) for c in table.columns),
        key=key if proposed.key.how != "content" else (),
        constants=constants,
    )
    return replace(proposed, mapping=made, doubts=())


def _end_of(column: Column) -> int:
    words = set(tokens(column.text or column.name))
    joined = "".join(sorted(words))
    return int(bool(words & ENDS[1] or joined in ENDS[1]))


def _refer(proposed: Proposal, found: list[_Reference], parts: list[Part]) -> Proposal:
    """Give columns that refer to another table the field that holds the reference."""
    mapping = proposed.mapping
    targets = {
        target.codelist: target.path
        for target in fields.fields_of(mapping.record)
        if target.kind == "reference"
    }
    for reference in found:
        if reference.to < 0:
            continue
        path = targets.get(parts[reference.to][0].record)
        if path and not mapping.column_of(path):
            mapping = mapping.with_use(Use(reference.column.name, path))
    return replace(proposed, mapping=mapping)
