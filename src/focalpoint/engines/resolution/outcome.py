# ruff: noqa: S608 - the names in these statements come from the code, never from a file
"""From weights to results: rivals, relations, and sentences, by SQL.

``rivals``: a record is one firearm. Where several numbers fit it, each takes from the
others: the weight of a pair is reduced by the odds of all rival numbers together.
"""

import re

from focalpoint.engines.resolution.candidates import Sides
from focalpoint.engines.resolution.explain import (
    OWN_TEMPLATES,
    RELATION_TEMPLATES,
)
from focalpoint.engines.resolution.weights import LOT_RATE, levels

RIVAL = -12
"""Least weight of a rival that counts."""
MOST_BITS = 40
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


def outcome_selection(sides: Sides, *, shift: float) -> str:
    """Of every pair its relation and the weight of that, rivals taken off."""
    weighed = f"""
        SELECT *, serial_bits + {shift!r} + make_bits + model_bits + calibre_bits
            + type_bits + repeat_bits AS plain
        FROM scored
    """
    own = "s.serial <> 'equal'" if sides.within else "TRUE"
    back = f"""
        LEFT JOIN sum_b tb ON tb.b = s.b AND {own}
        LEFT JOIN by_b kb ON kb.b = s.b AND kb.key = ra.key AND ra.key <> rb.key AND {own}
    """
    return f"""
        WITH weighed AS ({weighed}),
        keyed AS (
            SELECT w.a, w.b, x.key AS key_a, y.key AS key_b,
                pow(2.0, least(w.plain, {MOST_BITS})) AS odds
            FROM weighed w JOIN rec_{sides.a} x ON x.rid = w.a
            JOIN rec_{sides.b} y ON y.rid = w.b
            WHERE w.plain > {RIVAL} AND part_a = part_b
        ),
        by_a AS (SELECT a, {"key_b" if sides.within else "b"} AS key, max(odds) AS odds,
            min(key_a) AS own FROM keyed GROUP BY ALL),
        sum_a AS (SELECT a, sum(odds) AS odds FROM by_a
            {"WHERE key <> own" if sides.within else ""} GROUP BY a),
        by_b AS (SELECT b, key_a AS key, max(odds) AS odds, min(key_b) AS own
            FROM keyed GROUP BY b, key_a),
        sum_b AS (SELECT b, sum(odds) AS odds FROM by_b WHERE key <> own GROUP BY b),
        rivalled AS (
            SELECT s.*,
                greatest(0.0, coalesce(ta.odds, 0) - coalesce(ka.odds, 0)) AS rivals_a,
                {
        "greatest(0.0, coalesce(tb.odds, 0) - coalesce(kb.odds, 0))"
        if sides.within
        else "0.0"
    } AS rivals_b
            FROM weighed s
            JOIN rec_{sides.a} ra ON ra.rid = s.a JOIN rec_{sides.b} rb ON rb.rid = s.b
            LEFT JOIN sum_a ta ON ta.a = s.a AND {own}
            LEFT JOIN by_a ka ON ka.a = s.a AND {own}
                AND ka.key = {"rb.key AND ra.key <> rb.key" if sides.within else "s.b"}
            {back if sides.within else ""}
        ),
        weighted AS (
            SELECT *, -log2(1 + greatest(rivals_a, rivals_b)) AS rival_bits,
                plain + rival_bits AS identity,
                {" + ".join(_DIFFERS)} AS differ_bits
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
                WHEN 'lot' THEN log2({LOT_RATE!r}) - log2(chance) + make_bits
                    + model_bits + calibre_bits + type_bits
                ELSE identity END AS weight
        FROM weighted
    """


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
