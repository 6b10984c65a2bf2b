# ruff: noqa: S608 - the names in these statements come from the code, never from a file
"""Which pairs of records are worth weighing.

Two numbers with one mistake are equal once the place of the mistake is masked, or once
one sign is deleted from the longer. So every number is put under its masked and
shortened keys, and records that meet under a key are candidates. Numbers with several
unread signs meet by their longest run of signs that were read.

Statements in the SQL that DuckDB and Spark share; the tables are those of
``prepare.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from focalpoint.engines.resolution.weights import CONFUSABLE

Keys = Callable[[str], str]
"""Gives the statement of a set of keys; takes a condition on their length."""
EXACT, MASKED, SWAPPED, DELETED, RUN, WORN = range(6)
SHORTEST_MASKED = 3
SHORTEST_DELETED = 3
SHORTEST_WORN = 5
SHORTEST_RUN = 2
FEWEST_READ = 3  # signs that were read of a number with several unread ones
COPIES = 10
"""Records alike in every field of which each is compared."""
CROWD = 200
"""Records of one number beyond which it is compared with equal numbers only."""
FIELDS = "make, model, calibre, family"
SHORT, MANY = 4, 50_000
"""Signs up to which one field that agrees is too little, among so many records."""
_AGREE = [f"(x.{name} = y.{name} AND x.{name} <> 0)" for name in FIELDS.split(", ")[:3]]
_CONTRADICT = [
    f"CASE WHEN x.{name} > 0 AND y.{name} > 0 AND x.{name} <> y.{name} THEN 1 ELSE 0 END"
    for name in ("make", "calibre", "family")
]
_CONTRADICTIONS = f"({' + '.join(_CONTRADICT)})"
COMPATIBLE = f"({' OR '.join(_AGREE)}) AND {_CONTRADICTIONS} <= 1"
"""Records of numbers that differ are weighed if something agrees and not much differs."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Names of the two tables; one file is compared with itself.

    ``short``: length up to which two fields have to agree; 0 where records are few.
    """

    a: str
    b: str
    short: int = 0

    @property
    def within(self) -> bool:
        """Whether one file is compared with itself."""
        return self.a == self.b

    @property
    def order(self) -> str:
        """The condition that leaves one of the two directions of a pair."""
        return "x.rid < y.rid" if self.within else "TRUE"


def key_statement(side: str) -> str:
    """Every light key of every record: the principal one, and the other forms.

    Of records that repeat each other in every field only the first ``COPIES`` are
    compared, the others are paired with the first of them. Numbers that stand on more
    than ``CROWD`` records are ``crowded``: compared with equal numbers only.
    """
    return f"""
        SELECT r.rid, r.key, r.size, r.unread, 0 AS form, {_fields("r")},
            w.key IS NOT NULL AS crowded
        FROM rec_{side} r LEFT JOIN copy_{side} c ON c.rid = r.rid
        LEFT JOIN (
            SELECT o.key FROM rec_{side} o LEFT JOIN copy_{side} p ON p.rid = o.rid
            WHERE p.rid IS NULL GROUP BY o.key HAVING count(*) > {CROWD}
        ) w ON w.key = r.key
        WHERE c.rid IS NULL
        UNION ALL
        SELECT f.rid, f.key, CAST(length(f.key) AS SMALLINT) AS size,
            CAST(length(f.key) - length(replace(f.key, '?', '')) AS SMALLINT) AS unread,
            1 AS form, {_fields("r")},
            count(*) OVER (PARTITION BY f.key) > {CROWD} AS crowded
        FROM form_{side} f JOIN rec_{side} r ON r.rid = f.rid
        LEFT JOIN copy_{side} c ON c.rid = f.rid
        WHERE c.rid IS NULL
    """


def _fields(table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in FIELDS.split(", "))


def selections(sides: Sides) -> list[str]:
    """Statements that give ``a``, ``b`` (record numbers) and ``how``."""
    parts = [_exact(sides), *_masked(sides), *_swapped(sides), *_deleted(sides)]
    if sides.within:
        parts.append(f"SELECT first AS a, rid AS b, {_how(EXACT)} FROM copy_{sides.a}")
    return [*parts, *_runs(sides)]


def _how(family: int, pa: str = "0", pb: str = "0") -> str:
    return f"CAST({family * 10_000} + {pa} * 100 + {pb} AS INTEGER) AS how"


def _exact(sides: Sides) -> str:
    alike = " AND ".join(
        f"x.{name} = y.{name}" for name in ("make", "model", "calibre", "family")
    )
    return f"""
        SELECT x.rid AS a, y.rid AS b, {_how(EXACT)}
        FROM key_{sides.a} x JOIN key_{sides.b} y ON x.key = y.key
        WHERE {sides.order} AND (NOT (x.crowded OR y.crowded) OR ({alike}))
            AND (x.size > {sides.short} OR {_CONTRADICTIONS} = 0 OR ({COMPATIBLE}))
    """


def _meet(
    sides: Sides, how: str, sets: tuple[Keys, Keys], order: str, a: str, b: str
) -> list[str]:
    """Pairs of records whose keys are equal and whose fields make them likely enough.

    Where records are very many, short keys are shared by very many of them: these meet
    if two of make, model and calibre agree, and are joined by the first of the two.
    """
    make, model, calibre = _AGREE
    long, short = f"> {sides.short}", f"<= {sides.short}"
    kinds = [(long, "", f"({make} OR {model} OR {calibre})")]
    if sides.short:
        kinds += [
            (short, " AND x.make = y.make", f"{make} AND ({model} OR {calibre})"),
            (short, " AND x.model = y.model", f"{model} AND {calibre} AND NOT {make}"),
        ]
    return [
        f"""
        SELECT {a} AS a, {b} AS b, CAST({how} AS INTEGER) AS how
        FROM ({sets[0](size)}) x JOIN ({sets[1](size)}) y ON x.key = y.key{also}
        WHERE {order} AND {condition} AND {_CONTRADICTIONS} <= 1
        """
        for size, also, condition in kinds
    ]


def masked_keys(side: str, size: str) -> str:
    """Every number with one of its signs masked, and those with one sign unread."""
    return f"""
        SELECT k.rid, p.place,
            substr(k.key, 1, p.place - 1) || '?' || substr(k.key, p.place + 1) AS key,
            {FIELDS}
        FROM key_{side} k JOIN place p ON p.place <= k.size
        WHERE k.form = 0 AND k.size >= {SHORTEST_MASKED} AND k.unread <= 1
            AND NOT k.crowded AND k.size {size}
            AND substr(k.key, p.place, 1) <> '?'
        UNION ALL
        SELECT rid, 0 AS place, key, {FIELDS} FROM key_{side}
        WHERE unread IN (1, 2) AND NOT crowded AND size {size}
    """


def _masked(sides: Sides) -> list[str]:
    """Numbers that are equal but for one sign, unread signs, or one of each."""

    def keys(side: str) -> Keys:
        return lambda size: (
            f"{masked_keys(side, size)} UNION ALL {_worn_keys(side, size)}"
        )

    how = (
        f"CASE WHEN least(x.place, y.place) < 0 THEN {WORN * 10_000}"
        f" ELSE {MASKED * 10_000} + x.place * 100 + y.place END"
    )
    order = f"{sides.order} AND greatest(x.place, y.place) > 0"
    return _meet(sides, how, (keys(sides.a), keys(sides.b)), order, "x.rid", "y.rid")


def _swapped_keys(side: str, size: str) -> str:
    return f"""
        SELECT k.rid, substr(k.key, 1, p.place - 1) || substr(k.key, p.place + 1, 1)
            || substr(k.key, p.place, 1) || substr(k.key, p.place + 2) AS key, {FIELDS}
        FROM key_{side} k JOIN place p ON p.place < k.size
        WHERE k.form = 0 AND k.size >= {SHORTEST_MASKED} AND k.unread = 0
            AND NOT k.crowded AND k.size {size}
            AND substr(k.key, p.place, 1) <> substr(k.key, p.place + 1, 1)
    """


def _deleted_keys(side: str, size: str) -> str:
    return f"""
        SELECT k.rid,
            substr(k.key, 1, p.place - 1) || substr(k.key, p.place + 1) AS key, {FIELDS}
        FROM key_{side} k JOIN place p ON p.place <= k.size
        WHERE k.form = 0 AND k.size > {SHORTEST_DELETED} AND k.unread = 0
            AND NOT k.crowded AND k.size - 1 {size}
            AND substr(k.key, p.place, 1) <> substr(k.key, p.place + 1, 1)
    """


def _plain(side: str, size: str) -> str:
    return f"""
        SELECT rid, key, {FIELDS} FROM key_{side}
        WHERE form = 0 AND unread = 0 AND NOT crowded AND size {size}
    """


def _swapped(sides: Sides) -> list[str]:
    sets = (partial(_swapped_keys, sides.a), partial(_plain, sides.b))
    return _joined(sides, SWAPPED, sets)


def _deleted(sides: Sides) -> list[str]:
    sets = (partial(_plain, sides.a), partial(_deleted_keys, sides.b))
    first = _joined(sides, DELETED, sets, both=True)
    sets = (partial(_deleted_keys, sides.a), partial(_plain, sides.b))
    return first if sides.within else [*first, *_joined(sides, DELETED, sets)]


def _joined(
    sides: Sides, family: int, sets: tuple[Keys, Keys], *, both: bool = False
) -> list[str]:
    """Pairs of two sets of keys; ``both``: in one file either may come first."""
    a, b = ("least(x.rid, y.rid)", "greatest(x.rid, y.rid)")
    if not (both and sides.within):
        a, b = "x.rid", "y.rid"
    order = "x.rid <> y.rid" if both and sides.within else sides.order
    return _meet(sides, str(family * 10_000), sets, order, a, b)


def run_statement(side: str) -> str:
    """Of every number with two or more unread signs, its longest run of read ones."""
    return f"""
        SELECT rid, key, size, start, len, substr(key, start, len) AS run, {FIELDS}
        FROM (
            SELECT k.rid, k.key, k.size, {FIELDS}, p.place AS start, q.place AS len,
                row_number() OVER (
                    PARTITION BY k.rid, k.key ORDER BY q.place DESC, p.place) AS best
            FROM key_{side} k
            JOIN place p ON p.place <= k.size
            JOIN place q ON p.place + q.place <= k.size + 1
            WHERE k.unread >= 2 AND k.size - k.unread >= {FEWEST_READ}
                AND NOT k.crowded
                AND instr(substr(k.key, p.place, q.place), '?') = 0
        ) WHERE best = 1 AND len >= {SHORTEST_RUN}
    """


def _runs(sides: Sides) -> list[str]:
    forth = _run(sides, sides.a, sides.b, "x.rid", "y.rid")
    back = _run(sides, sides.b, sides.a, "y.rid", "x.rid")
    return [forth] if sides.within else [forth, back]


def _run(sides: Sides, worn: str, whole: str, a: str, b: str) -> str:
    if sides.within:
        a, b = "least(x.rid, y.rid)", "greatest(x.rid, y.rid)"
    return f"""
        SELECT {a} AS a, {b} AS b, {_how(RUN)}
        FROM run_{worn} x
        JOIN (
            SELECT k.rid, k.key, k.size, s.start, s.len, {FIELDS},
                substr(k.key, s.start, s.len) AS run
            FROM key_{whole} k
            JOIN (SELECT DISTINCT size, start, len FROM run_{worn}) s ON s.size = k.size
            WHERE k.unread = 0 AND k.form = 0 AND NOT k.crowded
        ) y ON x.size = y.size AND x.start = y.start AND x.len = y.len AND x.run = y.run
        WHERE {COMPATIBLE} AND y.key LIKE replace(x.key, '?', '_')
    """


def _worn_keys(side: str, size: str) -> str:
    """Numbers with one unread sign, and one of the others as it may have been misread."""
    pairs = ", ".join(f"('{pair[0]}', '{pair[1]}')" for pair in sorted(CONFUSABLE))
    return f"""
        SELECT k.rid, -1 AS place, substr(k.key, 1, p.place - 1) || v.other
            || substr(k.key, p.place + 1) AS key, {FIELDS}
        FROM key_{side} k JOIN place p ON p.place <= k.size
        JOIN (VALUES {pairs}) AS v (sign, other) ON v.sign = substr(k.key, p.place, 1)
        WHERE k.form = 0 AND k.unread = 1 AND k.size >= {SHORTEST_WORN}
            AND NOT k.crowded AND k.size {size}
    """
