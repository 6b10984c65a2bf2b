# ruff: noqa: S608 - the names in these statements come from the code, never from a file
"""The weight of millions of pairs by SQL: the same rules as ``score.compare``.

Every expression is made from ``weights.csv`` and serves DuckDB and Spark; a test holds
it to ``score.compare`` pair by pair.
"""

from math import log2

from focalpoint.engines.resolution.candidates import (
    DELETED,
    EXACT,
    MASKED,
    SWAPPED,
    WORN,
    Sides,
)
from focalpoint.engines.resolution.numbers import SIGN_BITS
from focalpoint.engines.resolution.prepare import code_of
from focalpoint.engines.resolution.weights import (
    CLONES,
    CONFUSABLE,
    LOT_STEP,
    levels,
)

_PLACE_A, _PLACE_B = "(c.how % 10000 // 100)", "(c.how % 100)"


def _serial_level() -> str:
    pairs = ", ".join(f"'{pair}'" for pair in sorted(CONFUSABLE))
    family = "c.how // 10000"
    likely = (
        f"(substr(a.key, {_PLACE_A}, 1) || substr(b.key, {_PLACE_A}, 1)) IN ({pairs})"
    )
    unread = "a.unread + b.unread > 0"
    # An end is lost, and the other number shows how long it may have been.
    read = "CASE WHEN a.size = b.size THEN 'unread' ELSE 'unread_end' END"
    return f"""CASE
        WHEN {family} = {EXACT} THEN CASE
            WHEN {unread} THEN {read}
            WHEN a.normal = b.normal THEN 'equal'
            WHEN a.key = b.key THEN 'look_alike'
            ELSE 'script' END
        WHEN {family} = {MASKED} THEN CASE
            WHEN {_PLACE_A} <> {_PLACE_B} THEN {read}
            WHEN {unread} THEN CASE WHEN {likely} THEN 'unread_confusable' ELSE 'other' END
            WHEN {likely} THEN 'confusable'
            WHEN {_PLACE_A} = a.size THEN 'last'
            ELSE 'substituted' END
        WHEN {family} = {SWAPPED} THEN 'transposed'
        WHEN {family} = {DELETED} THEN 'dropped'
        WHEN {family} = {WORN} THEN 'unread_confusable'
        ELSE {read} END"""


def _bits_of(comparison: str, level: str) -> str:
    found = [level for level in levels().values() if level.comparison == comparison]
    cases = " ".join(f"WHEN '{row.level}' THEN {row.bits!r}e0" for row in found)
    return f"CASE {level} {cases} ELSE 0e0 END"


def _code(side: str) -> str:
    """The combination of what agrees, among the shape of one of the two numbers."""
    agreed = {
        name: f"CASE WHEN l.{name} = 'equal' THEN l.{name}_a ELSE 0 END"
        for name in ("make", "model", "calibre", "type")
    }
    return code_of(**agreed, shape=f"l.shape_{side}")


def _counted(side: str) -> str:
    """The last run of figures of a number: what counts on in a series."""
    run = f"regexp_extract({side}.normal, '([0-9]+)[^0-9]*$', 1)"
    return f"coalesce(try_cast({run} AS BIGINT), 0)"


def total(lots: float) -> str:
    """The weight of a row of ``scored`` before rivals.

    ``lots``: how many records have one given number of the next ten, beyond chance.
    """
    return (
        "serial_bits + make_bits + model_bits + calibre_bits + type_bits + repeat_bits"
        f" - CASE WHEN near THEN log2(1 + {lots!r} / chance) ELSE 0 END"
    )


def score_selection(sides: Sides, *, partners: float) -> str:
    """Of every pair of ``found``: its levels and the parts of its weight."""
    return f"""
    WITH pair AS (SELECT a, b, min(how) AS how FROM found GROUP BY a, b),
    levelled AS (
        SELECT c.a, c.b, c.how,
            {_serial_level()} AS serial,
            CASE WHEN a.make = 0 OR b.make = 0 THEN ''
                WHEN a.make = b.make THEN 'equal'
                WHEN a.make < 0 OR b.make < 0 THEN '' ELSE 'differs' END AS make,
            CASE WHEN a.model = 0 OR b.model = 0 THEN ''
                WHEN a.model = b.model THEN 'equal'
                WHEN m.one IS NOT NULL THEN 'related' ELSE 'differs' END AS model,
            CASE WHEN a.calibre = 0 OR b.calibre = 0 THEN ''
                WHEN a.calibre = b.calibre THEN 'equal'
                WHEN q.one IS NOT NULL THEN 'confusable' ELSE 'differs' END AS calibre,
            CASE WHEN a.part + b.part > 0 THEN
                    CASE WHEN a.type = b.type AND a.part = 0 THEN 'equal' ELSE '' END
                WHEN a.type = 0 OR b.type = 0 THEN ''
                WHEN a.type = b.type THEN 'equal'
                WHEN a.type < 0 OR b.type < 0 THEN ''
                WHEN a.type = b.family OR b.type = a.family THEN ''
                WHEN a.family = b.family THEN 'related' ELSE 'differs' END AS type,
            CASE WHEN a.year > 0 AND b.year > 0 AND a.year <> b.year
                THEN 'differs' ELSE '' END AS year,
            a.part AS part_a, b.part AS part_b, a.size,
            CASE WHEN a.size = b.size AND a.unread + b.unread = 0 AND a.key <> b.key
                THEN abs({_counted("a")} - {_counted("b")}) ELSE 0 END AS steps,
            a.known AS known_a, b.known AS known_b,
            a.unread AS unread_a, b.unread AS unread_b,
            a.shape AS shape_a, b.shape AS shape_b,
            a.rarity AS rarity_a, b.rarity AS rarity_b,
            a.rarity_make AS own_a, b.rarity_make AS own_b,
            a.make AS make_a, a.model AS model_a, a.calibre AS calibre_a,
            a.type AS type_a, b.size AS size_b,
            greatest(coalesce(r.n, 1), coalesce(s.n, 1)) AS repeats
        FROM pair c
        JOIN rec_{sides.a} a ON a.rid = c.a JOIN rec_{sides.b} b ON b.rid = c.b
        LEFT JOIN model_related m ON m.one = a.model AND m.two = b.model
        LEFT JOIN calibre_confusable q ON q.one = a.calibre AND q.two = b.calibre
        LEFT JOIN repeated r ON r.key = b.key
            AND r.make = CASE WHEN b.make <> 0 THEN b.make ELSE a.make END
        LEFT JOIN repeated s ON s.key = a.key
            AND s.make = CASE WHEN a.make <> 0 THEN a.make ELSE b.make END
    ),
    counted AS (
        SELECT l.*,
            greatest(0.5, coalesce(CASE l.serial WHEN 'unread_end' THEN y.n ELSE x.n END, 0))
                * pow(2.0,
                -CASE WHEN l.make = 'equal' THEN l.own_a ELSE l.rarity_a END) AS chance_a,
            greatest(0.5, coalesce(CASE l.serial WHEN 'unread_end' THEN x.n ELSE y.n END, 0))
                * pow(2.0,
                -CASE WHEN l.make = 'equal' THEN l.own_b ELSE l.rarity_b END) AS chance_b,
            (l.make <> 'differs' AND l.steps BETWEEN 1 AND {LOT_STEP}
                AND l.unread_a + l.unread_b = 0
                AND l.serial IN ('confusable', 'last', 'substituted', 'transposed'))
                AS near
        FROM levelled l
        LEFT JOIN alike x ON x.code = {_code("a")}
        LEFT JOIN alike y ON y.code = {_code("b")}
        WHERE l.serial <> 'other'
    ),
    chanced AS (
        SELECT *, CASE
            WHEN known_a < known_b THEN chance_a
            WHEN known_b < known_a THEN chance_b
            WHEN unread_a > 0 AND how BETWEEN {MASKED * 10_000} AND {SWAPPED * 10_000 - 1}
                AND how % 10000 // 100 <> how % 100
                THEN least(chance_a, chance_b) * {2**SIGN_BITS!r}
            ELSE least(chance_a, chance_b) END AS chance,
            CASE WHEN repeats < {CLONES} THEN 0
                WHEN serial IN ('equal', 'look_alike', 'script') THEN repeats - 2
                ELSE repeats - 1 END AS copies,
            CASE WHEN serial IN ('confusable', 'substituted', 'unread_confusable')
                    THEN log2(size)
                WHEN serial = 'transposed' THEN log2(size - 1)
                WHEN serial = 'dropped' THEN log2(greatest(size, size_b))
                ELSE 0 END AS places
        FROM counted
    )
    SELECT a, b, serial, make, model, calibre, type, year, near, steps, repeats,
        part_a, part_b, chance, copies,
        {_bits_of("serial", "serial")} - places + {log2(partners)!r}
            - log2(chance) AS serial_bits,
        {_bits_of("make", "make")} AS make_bits,
        {_bits_of("model", "model")} AS model_bits,
        {_bits_of("calibre", "calibre")} AS calibre_bits,
        {_bits_of("type", "type")} + {_bits_of("year", "year")} AS type_bits,
        log2(chance) - log2(chance + copies) AS repeat_bits,
    FROM chanced
    """
