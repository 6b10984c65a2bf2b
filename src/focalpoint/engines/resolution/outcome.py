# ruff: noqa: S608 - the names in these statements come from the code, never from a file
"""From weights to results: rivals, relations, and sentences, by SQL.

``rivals``: a record is one firearm. Where several numbers fit it, each takes from the
others, by how seldom one firearm has records of so many numbers.
"""

import re

from focalpoint.engines.resolution.candidates import Sides
from focalpoint.engines.resolution.explain import (
    OWN_TEMPLATES,
    RELATION_TEMPLATES,
)
from focalpoint.engines.resolution.pairs import total
from focalpoint.engines.resolution.weights import levels

RIVAL = -12
"""Least weight of a rival that counts."""
MOST_BITS, MOST_RIVAL_BITS = 40, 20
FURTHER = 0.2
"""Of records with a partner of another number, how many have a second such partner."""
SHOWN = 80  # characters of a text in a sentence
_EQUAL = "serial IN ('equal', 'look_alike', 'script')"
_DIFFERS = [
    f"CASE WHEN {name} = 'differs' THEN {name}_bits ELSE 0 END"
    for name in ("make", "model", "calibre", "type")
]
_CONTRADICTED = (
    "(make = 'differs' OR model = 'differs' OR calibre = 'differs' OR type = 'differs'"
    " OR year = 'differs')"
)


def outcome_selection(sides: Sides, *, shift: float, lots: float) -> str:
    """Of every pair its relation and the weight of that, rivals taken off.

    ``shift`` corrects the prior; ``lots`` is that of ``pairs.total``.
    """
    return f"""
        WITH weighed AS (
            SELECT *, {total(lots)} + {shift!r} AS plain
            FROM scored
        ),
        {_within() if sides.within else _between(sides)},
        weighted AS (
            SELECT *, plain + rival_bits AS identity, {" + ".join(_DIFFERS)} AS differ_bits
            FROM rivalled
        )
        SELECT *,
            CASE WHEN part_a <> part_b THEN 'part'
                WHEN {_EQUAL} AND copies > 0 AND ({_CONTRADICTED} OR identity < 0)
                    THEN 'clone'
                WHEN {_EQUAL} AND {_CONTRADICTED} AND make = 'equal' AND identity < 0
                    THEN 'clone'
                WHEN near AND identity < 0 THEN 'lot'
                ELSE 'same' END AS relation,
            CASE relation WHEN 'part' THEN plain
                WHEN 'clone' THEN CASE WHEN copies > 0 THEN log2(copies) - log2(chance)
                    ELSE plain - differ_bits END
                WHEN 'lot' THEN log2({lots!r}) - log2(chance) + make_bits
                    + model_bits + calibre_bits + type_bits
                ELSE identity END AS weight
        FROM weighted
    """


def _between(sides: Sides) -> str:
    """Every other record of the second file is a rival."""
    return f"""
        odds AS (
            SELECT a, b, pow(2.0, least(plain, {MOST_BITS})) AS odds FROM weighed
            WHERE plain > {RIVAL} AND part_a = part_b
        ),
        together AS (SELECT a, sum(odds) AS odds FROM odds GROUP BY a),
        rivalled AS (
            SELECT w.*, -log2(1 + greatest(0.0, coalesce(t.odds, 0) - coalesce(o.odds, 0)))
                AS rival_bits
            FROM weighed w LEFT JOIN together t ON t.a = w.a
            LEFT JOIN odds o ON o.a = w.a AND o.b = w.b
        )
    """


def _within() -> str:
    """Records of other numbers are rivals, counted once a number.

    That a record has one partner whose number was written otherwise is no wonder; how
    seldom it has two or three says ``FURTHER``. So one rival takes little, two much.
    """
    return f"""
        keyed AS (
            SELECT w.a, w.b, x.key AS key_a, y.key AS key_b,
                pow(2.0, least(w.plain, {MOST_RIVAL_BITS})) AS odds
            FROM weighed w JOIN rec_a x ON x.rid = w.a JOIN rec_a y ON y.rid = w.b
            WHERE w.plain > {RIVAL} AND part_a = part_b AND x.key <> y.key
        ),
        by_number AS (
            SELECT rid, key, max(odds) AS odds FROM (
                SELECT a AS rid, key_b AS key, odds FROM keyed UNION ALL
                SELECT b AS rid, key_a AS key, odds FROM keyed)
            GROUP BY rid, key
        ),
        together AS (
            SELECT rid, sum(odds) AS odds, sum(odds * odds) AS squares, count(*) AS numbers
            FROM by_number GROUP BY rid HAVING numbers > 1
        ),
        rivals AS (
            SELECT w.a, w.b, least({_taken("ta", "ka")}, {_taken("tb", "kb")}) AS bits
            FROM keyed w
            LEFT JOIN together ta ON ta.rid = w.a LEFT JOIN together tb ON tb.rid = w.b
            LEFT JOIN by_number ka ON ka.rid = w.a AND ka.key = w.key_b
            LEFT JOIN by_number kb ON kb.rid = w.b AND kb.key = w.key_a
            WHERE ta.rid IS NOT NULL OR tb.rid IS NOT NULL
        ),
        rivalled AS (
            SELECT w.*, coalesce(r.bits, 0.0) AS rival_bits
            FROM weighed w LEFT JOIN rivals r ON r.a = w.a AND r.b = w.b
        )
    """


def _taken(all_: str, own: str) -> str:
    """Bits that the other numbers of one record take from a pair.

    With p the sum of their odds and q that of the products of two of them: of the worlds
    in which the pair is one firearm, weighed by how many numbers were written for it,
    against those in which it is not.
    """
    rest = f"greatest(0.0, {all_}.odds - {own}.odds)"
    pairs = f"greatest(0.0, {rest} * {rest} - ({all_}.squares - {own}.odds * {own}.odds)) / 2"
    with_pair = f"1 + {FURTHER} * {rest} + {FURTHER**2 / 2:.3f} * {pairs}"
    without = f"1 + {rest} + {FURTHER} * {pairs}"
    return f"coalesce(log2({with_pair}) - log2({without}), 0.0)"


def result_selection(sides: Sides, *, threshold: float | None, top: int | None) -> str:
    """The pairs asked for, with their identifiers, probability and sentences."""
    condition = "TRUE" if threshold is None else f"o.weight >= {threshold!r}"
    ranked = (
        f"QUALIFY row_number() OVER (PARTITION BY o.a ORDER BY o.weight DESC, o.b)"
        f" <= {top}"
        if top
        else ""
    )
    return f"""
        SELECT chosen.a AS rid_a, chosen.b AS rid_b, x.id AS id_a, y.id AS id_b,
            round(weight, 2) AS weight,
            round(1 / (1 + pow(2.0, -greatest(-40, least(40, weight)))), 6)
                AS probability,
            relation, {_explanation()} AS explanation
        FROM (SELECT * FROM outcome o WHERE {condition} {ranked}) chosen
        JOIN raw_{sides.a} x ON x.rid = chosen.a JOIN raw_{sides.b} y ON y.rid = chosen.b
        JOIN rec_{sides.a} rx ON rx.rid = chosen.a
        JOIN rec_{sides.b} ry ON ry.rid = chosen.b
    """


def _explanation() -> str:
    parts = [
        _cases("relation", RELATION_TEMPLATES, {}),
        *(
            f"CASE WHEN chosen.{name} = '' THEN '' ELSE ' ' || {_levels(name)} END"
            for name in ("serial", "make", "model", "calibre", "type", "year")
        ),
        _if("copies > 0", "repeats", {"number": "CAST(repeats AS VARCHAR)"}),
        _if("near", "lot", {"steps": "CAST(steps AS VARCHAR)"}),
        _if("relation = 'same' AND rival_bits < -0.5", "rivals", {}),
    ]
    return " || ".join(f"({part})" for part in parts)


def _if(condition: str, code: str, values: dict[str, str]) -> str:
    text = _sentence(OWN_TEMPLATES[code], values)
    return f"CASE WHEN {condition} THEN ' ' || {text} ELSE '' END"


def _levels(name: str) -> str:
    if name == "serial":
        values = {"a": "rx.normal", "b": "ry.normal", "normal": "rx.normal"}
    else:
        values = {side: f"left({table}.{name}, {SHOWN})" for side, table in _SIDES}
    found = {
        level.level: level.sentence
        for level in levels().values()
        if level.comparison == name
    }
    return _cases(f"chosen.{name}", found, values)


_SIDES = (("a", "x"), ("b", "y"))


def _cases(column: str, templates: dict[str, str], values: dict[str, str]) -> str:
    cases = " ".join(
        f"WHEN '{key}' THEN {_sentence(template, values)}"
        for key, template in templates.items()
    )
    return f"CASE {column} {cases} ELSE '' END"


def _sentence(template: str, values: dict[str, str]) -> str:
    """A template as SQL: texts and values joined."""
    parts = re.split(r"%\((\w+)\)s", template)
    quoted = [
        values[part] if place % 2 else "'" + part.replace("'", "''") + "'"
        for place, part in enumerate(parts)
    ]
    return "(" + " || ".join(quoted) + ")"
