"""Pieces of serial numbers by their place, for patterns that have no long beginning.

Only PostgreSQL holds them, in an index on an expression: no row carries them. The same
three rules make the pieces of a pattern here and of a stored number in the database;
each piece is a whole number, because sorting these takes half as long as sorting texts.

- one character and its place from the left;
- two characters and the place of the first;
- three characters, wherever they stand.
"""

import re
from itertools import pairwise
from typing import Any

from django.db import connection

FUNCTION = "focalpoint_serial_tokens"
PLACE, SIGN, ANYWHERE = 14, 7, 1 << 28  # bits of a sign below a place; mark of a kind
DEFINITION = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}(number text) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    found text := '';
    size int := length(number);
    a int;
    b int := ascii(number);
    c int := ascii(substr(number, 2));
BEGIN
    FOR place IN 1..size LOOP
        a := b;
        b := c;
        c := ascii(substr(number, place + 2));
        found := found || (place << {PLACE}) + a || ',';
        IF place < size THEN
            found := found || (place << {PLACE}) + (a << {SIGN}) + b || ',';
        END IF;
        IF place < size - 1 THEN
            found := found || {ANYWHERE} + (a << {PLACE}) + (b << {SIGN}) + c || ',';
        END IF;
    END LOOP;
    RETURN ('{{' || rtrim(found, ',') || '}}')::int[];
END $$
"""


def tokens(pattern: str) -> list[int]:
    """Return the pieces that every number has that a pattern fits.

    ``pattern`` has ``?`` for one unread character and ``*`` for any number of them.
    """
    first, *rest = pattern.split("*")
    found = _in_place(first)
    for piece in rest:
        found += _anywhere(piece)
    return list(dict.fromkeys(found))


def index_of(table: str) -> str:
    """Return the statement that indexes the pieces of a table's numbers."""
    return (
        f"CREATE INDEX IF NOT EXISTS {table}_tokens ON {table} "
        f"USING gin ({FUNCTION}(light)) WITH (fastupdate = off)"
    )


def having(keys: Any, pattern: str) -> Any:
    """Narrow numbers to those with the pieces of a pattern, where they are indexed."""
    found = tokens(pattern) if connection.vendor == "postgresql" else []
    if not found:
        return keys
    table = keys.model._meta.db_table
    return keys.extra(  # noqa: S610 - the pieces are a parameter
        where=[f"{FUNCTION}({table}.light) @> %s::int[]"], params=[found]
    )


def _in_place(piece: str) -> list[int]:
    """Return the fewest pieces that together hold every known character."""
    found = []
    for start, run in _runs(piece):
        if len(run) == 1:
            found.append(((start + 1) << PLACE) + ord(run))
        found += [
            ((start + place + 1) << PLACE) + (ord(two[0]) << SIGN) + ord(two[1])
            for place, two in _pairs(run)
        ]
    return found


def _anywhere(piece: str) -> list[int]:
    return [
        ANYWHERE + (ord(a) << PLACE) + (ord(b) << SIGN) + ord(c)
        for _start, run in _runs(piece)
        for a, b, c in zip(run, run[1:], run[2:], strict=False)
    ]


def _runs(piece: str) -> list[tuple[int, str]]:
    return [(found.start(), found[0]) for found in re.finditer(r"[^?]+", piece)]


def _pairs(run: str) -> list[tuple[int, str]]:
    every = [(place, a + b) for place, (a, b) in enumerate(pairwise(run))]
    chosen = every[::2]
    return chosen if len(run) % 2 == 0 or not every else [*chosen, every[-1]]
