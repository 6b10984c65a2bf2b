# ruff: noqa: S608 - the names in these statements come from the code, never from a file
"""Records of a file as numbers: one row a record, ready to be compared by SQL.

Text becomes a number once for each distinct text (``described.py``), signs of serial
numbers are counted by place (``rarity``), and nothing of it depends on the order in
which a machine works.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.resolution.candidates import COPIES
from focalpoint.engines.resolution.described import (
    LONGEST,
    UNNAMED,
    read_calibre,
    read_make,
    read_model,
    read_type,
)
from focalpoint.engines.resolution.population import ENOUGH, LOUDEST
from focalpoint.engines.resolution.rarity import (
    LIGHT,
    Signs,
    count,
    find,
    generic_bits,
    rarity,
    shapes_of,
    sign_bits,
)
from focalpoint.engines.resolution.score import contains
from focalpoint.engines.resolution.texts import DOUBTFUL, Numbers
from focalpoint.engines.resolution.weights import CLONES
from focalpoint.values import calibres

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Say = Callable[[str], None]
PLAIN = (
    "regexp_full_match(serial, '[A-Z0-9]*[0-9][A-Z0-9]*') "
    "AND NOT regexp_matches(serial, 'XX|^N[OR][0-9]{4}')"
)
PATTERN = "translate(text, '012345678', '999999999')"
CHUNK = 500_000


@dataclass(frozen=True, slots=True)
class Names:
    """Numbers given to the distinct values of one field, in the order of their text."""

    numbers: dict[str, int]

    @classmethod
    def of(cls, values: Iterable[str]) -> "Names":
        """Number values from 1; what no list names gets a negative number."""
        ordered = sorted(set(values) - {""})
        return cls(
            {
                value: -place if value.startswith(UNNAMED) else place
                for place, value in enumerate(ordered, 1)
            }
        )

    def __getitem__(self, value: str) -> int:
        return self.numbers.get(value, 0)


class Preparation:
    """Makes ``rec_a`` (and ``rec_b``) of ``raw_a`` (and ``raw_b``) in a connection."""

    def __init__(self, connection: "DuckDBPyConnection", sides: str, say: Say) -> None:
        self.connection, self.sides, self.say = connection, sides, say

    def run(self) -> None:
        """Read every distinct text, then number, count and join."""
        self._fields()
        self._numbers()
        for side in self.sides:
            self._records(side)
            self.say(f"file {side.upper()}: texts read")
        self._repeats()
        self._rarity()
        self._combinations()
        self._copies()

    # -- texts ---------------------------------------------------------------------

    def _distinct(self, *columns: str) -> list[Any]:
        names = ", ".join(columns)
        parts = [f"SELECT DISTINCT {names} FROM raw_{side}" for side in self.sides]
        return self.connection.execute(
            f"SELECT DISTINCT * FROM ({' UNION ALL '.join(parts)}) ORDER BY ALL"
        ).fetchall()

    def _table(self, name: str, columns: dict[str, Any]) -> None:
        self.connection.register("incoming", columns)
        self.connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming"
        )
        self.connection.unregister("incoming")

    def _fields(self) -> None:
        makes = {text: read_make(text) for (text,) in self._distinct("make")}
        names = Names.of(makes.values())
        self.make_names = names
        self._map("map_make", list(makes), make=[names[v] for v in makes.values()])
        pairs = self._distinct("model", "make")
        models = [read_model(text, makes[make]) for text, make in pairs]
        names = Names.of(models)
        self._table(
            "map_model",
            {
                "text": _texts([text for text, _ in pairs]),
                "make": _texts([make for _, make in pairs]),
                "model": np.array([names[v] for v in models], np.int32),
            },
        )
        self._related("model_related", _related_models(names))
        found = {text: read_calibre(text) for (text,) in self._distinct("calibre")}
        names = Names.of(found.values())
        self._map(
            "map_calibre", list(found), calibre=[names[v] for v in found.values()]
        )
        self._related("calibre_confusable", _confusable_calibres(names))
        types = {text: read_type(text) for (text,) in self._distinct("type")}
        names = Names.of(name for kinds in types.values() for name in kinds[:2])
        self._map(
            "map_type",
            list(types),
            type=[names[kind] for kind, _, _ in types.values()],
            family=[names[family] for _, family, _ in types.values()],
            part=[int(bool(part)) for _, _, part in types.values()],
        )

    def _map(self, name: str, texts: list[str], **columns: list[int]) -> None:
        arrays = {key: np.array(values, np.int32) for key, values in columns.items()}
        self._table(name, {"text": _texts(texts), **arrays})

    def _related(self, name: str, pairs: list[tuple[int, int]]) -> None:
        both = sorted({pair for one, two in pairs for pair in ((one, two), (two, one))})
        self._table(
            name,
            {
                "one": np.array([one for one, _ in both], np.int32),
                "two": np.array([two for _, two in both], np.int32),
            },
        )

    def _numbers(self) -> None:
        """Read the serial numbers that are not plainly capitals and figures."""
        parts = [
            f"SELECT DISTINCT serial AS text FROM raw_{side} WHERE NOT ({PLAIN})"
            for side in self.sides
        ]
        reader = Numbers()
        self.connection.execute(
            "CREATE OR REPLACE TABLE map_number"
            " (text VARCHAR, normal VARCHAR, key VARCHAR, known SMALLINT);"
            "CREATE OR REPLACE TABLE map_form (text VARCHAR, key VARCHAR);"
            "CREATE OR REPLACE TABLE map_pattern"
            " (pattern VARCHAR, start INTEGER, known SMALLINT);"
            "CREATE OR REPLACE TABLE typed AS SELECT DISTINCT text,"
            f" {PATTERN} AS pattern FROM ({' UNION ALL '.join(parts)})"
        )
        self._cut(reader)
        cursor = self.connection.cursor()
        cursor.execute("SELECT text FROM typed ANTI JOIN map_number USING (text)")
        while rows := cursor.fetchmany(CHUNK):
            texts = [text for (text,) in rows]
            numbers = [reader.read(text) for text in texts]
            self._append(
                "map_number",
                {
                    "text": _texts(texts),
                    "normal": _texts([n.normal for n in numbers]),
                    "key": _texts([n.forms[0] if n.forms else "" for n in numbers]),
                    "known": np.array([n.known for n in numbers], np.int16),
                },
            )
            forms = [
                (text, form)
                for text, number in zip(texts, numbers, strict=True)
                for form in number.forms[1:]
            ]
            if forms:
                self._append(
                    "map_form",
                    {
                        "text": _texts([text for text, _ in forms]),
                        "key": _texts([form for _, form in forms]),
                    },
                )
        cursor.close()
        self.connection.execute("DROP TABLE typed")

    def _cut(self, reader: Numbers) -> None:
        """Cut the numbers out of texts of one pattern, where the pattern allows it."""
        cursor = self.connection.cursor()
        cursor.execute("SELECT pattern FROM typed GROUP BY ALL HAVING count(*) > 1")
        while rows := cursor.fetchmany(CHUNK):
            cuts = [(pattern, reader.cut(pattern)) for (pattern,) in rows]
            found = [(pattern, *cut) for pattern, cut in cuts if cut]
            if found:
                patterns, starts, known = zip(*found, strict=True)
                self._append(
                    "map_pattern",
                    {
                        "pattern": _texts(list(patterns)),
                        "start": np.array(starts, np.int32),
                        "known": np.array(known, np.int16),
                    },
                )
        cursor.close()
        self.connection.execute(
            f"""
            INSERT INTO map_number
            SELECT text, normal, translate(normal, 'OIBSZG', '018526'), known
            FROM (SELECT text, known, left(regexp_replace(
                    upper(substr(text, start + 1)), '[^A-Z0-9?]', '', 'g'), {LONGEST})
                    AS normal
                FROM typed JOIN map_pattern USING (pattern)
                WHERE NOT regexp_matches(text, '{DOUBTFUL}'))
            """
        )

    def _append(self, name: str, columns: dict[str, Any]) -> None:
        self.connection.register("incoming", columns)
        self.connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")
        self.connection.unregister("incoming")

    # -- records -------------------------------------------------------------------

    def _records(self, side: str) -> None:
        self.connection.execute(
            f"""
            CREATE OR REPLACE TABLE rec0_{side} AS
            SELECT r.rid,
                coalesce(n.normal, left(r.serial, {LONGEST})) AS normal,
                coalesce(n.key,
                    translate(left(r.serial, {LONGEST}), 'OIBSZG', '018526')) AS key,
                coalesce(n.known, least(length(r.serial), {LONGEST}))::SMALLINT AS known,
                k.make, d.model, c.calibre, t.type, t.family, t.part,
                coalesce(try_cast(r.year AS SMALLINT), 0)::SMALLINT AS year
            FROM raw_{side} r
            LEFT JOIN map_number n ON n.text = r.serial
            JOIN map_make k ON k.text = r.make
            JOIN map_model d ON d.text = r.model AND d.make = r.make
            JOIN map_calibre c ON c.text = r.calibre
            JOIN map_type t ON t.text = r.type
            """
        )
        self.connection.execute(
            f"""
            CREATE OR REPLACE TABLE form_{side} AS
            SELECT r.rid, f.key FROM raw_{side} r JOIN map_form f ON f.text = r.serial
            """
        )

    # -- rarity --------------------------------------------------------------------

    def _rarity(self) -> None:
        """Bits by which the signs of a number are rarer than its shape.

        Signs are counted by place among all numbers of one shape, and among those of
        one shape and make where there are ``ENOUGH`` of them; in the file searched.
        """
        signs = {side: self._signs(side) for side in self.sides}
        base = signs[self.sides[-1]]
        shapes, shape = np.unique(base.shape, return_inverse=True)
        makes = len(self.make_names.numbers) * 2 + 1
        code = np.where(base.make != 0, shape * makes + base.make % makes, -1)
        pairs, counts = np.unique(code, return_counts=True)
        pairs = pairs[(counts >= ENOUGH) & (pairs >= 0)]
        share = self._shares(base)
        shape_bits = sign_bits(count(len(shapes), shape, base.signs, share))
        own = find(pairs, code)
        kept = np.where(own < 0, len(pairs), own)
        make_bits = sign_bits(count(len(pairs) + 1, kept, base.signs, share))
        make_bits[-1] = generic_bits()
        shape_bits = np.concatenate([shape_bits, generic_bits()[None]])
        for side in self.sides:
            part = signs.pop(side)
            group = find(shapes, part.shape)
            plain = rarity(
                shape_bits, np.where(group < 0, len(shapes), group), part.signs
            )
            code = np.where(part.make != 0, group * makes + part.make % makes, -1)
            own = find(pairs, np.where(group < 0, -1, code))
            by_make = np.where(own < 0, plain, rarity(make_bits, own, part.signs))
            self._table(
                f"rarity_{side}",
                {
                    "rid": part.rid,
                    "shape": (group + 1).astype(np.int32),
                    "rarity": plain,
                    "rarity_make": by_make,
                },
            )
            self.say(f"file {side.upper()}: signs counted")

    def _shares(self, base: Signs) -> NDArray[np.float32] | None:
        found = self.connection.execute("SELECT rid, share FROM loud").fetchnumpy()
        if not len(found["rid"]):
            return None
        share = np.ones(len(base.rid), np.float32)
        share[np.searchsorted(base.rid, np.asarray(found["rid"]))] = found["share"]
        return share

    def _signs(self, side: str) -> "Signs":
        """Signs, shapes and makes of all records with a number."""
        parts = []
        for first in range(0, self._size(side) + 1, CHUNK):
            found = self.connection.execute(
                f"""
                SELECT rid, rpad(normal, {LONGEST}, ' ') AS normal, make
                FROM rec0_{side}
                WHERE rid >= {first} AND rid < {first + CHUNK} AND key <> ''
                ORDER BY rid
                """
            ).fetchnumpy()
            text = "".join(found["normal"].tolist()).encode("ascii", "replace")
            codes = np.frombuffer(text, np.uint8).reshape(-1, LONGEST)
            rid, make = (np.asarray(found[n], np.int32) for n in ("rid", "make"))
            parts.append(Signs(rid, LIGHT[codes], shapes_of(codes), make))
        return Signs(
            np.concatenate([np.zeros(0, np.int32), *(part.rid for part in parts)]),
            np.concatenate([_NO_SIGNS, *(part.signs for part in parts)]),
            np.concatenate([np.zeros(0, np.int64), *(part.shape for part in parts)]),
            np.concatenate([np.zeros(0, np.int32), *(part.make for part in parts)]),
        )

    def _size(self, side: str) -> int:
        statement = f"SELECT coalesce(max(rid), -1) FROM raw_{side}"
        return int(self.connection.execute(statement).fetchall()[0][0])

    def _combinations(self) -> None:
        base = self.sides[-1]
        for side in self.sides:
            self.connection.execute(
                f"""
                CREATE OR REPLACE TABLE rec_{side} AS
                SELECT r.*, q.shape, q.rarity, q.rarity_make,
                    length(r.key)::SMALLINT AS size,
                    (length(r.normal) - length(replace(r.normal, '?', '')))::SMALLINT
                        AS unread
                FROM rec0_{side} r JOIN rarity_{side} q USING (rid)
                WHERE r.key <> '';
                DROP TABLE rec0_{side}; DROP TABLE rarity_{side};
                """
            )
        self.connection.execute(
            f"""
            CREATE OR REPLACE TABLE combination AS
            SELECT shape, make, model, calibre, type, sum(coalesce(share, 1)) AS n
            FROM rec_{base} LEFT JOIN loud USING (rid) GROUP BY ALL;
            CREATE OR REPLACE TABLE alike AS
            SELECT {
                code_of(
                    "coalesce(make, 0)",
                    "coalesce(model, 0)",
                    "coalesce(calibre, 0)",
                    "coalesce(type, 0)",
                    "shape",
                )
            } AS code,
                sum(n)::DOUBLE AS n
            FROM combination WHERE shape > 0
            GROUP BY shape, CUBE (make, model, calibre, type)
            HAVING coalesce(make, 1) <> 0 AND coalesce(model, 1) <> 0
                AND coalesce(calibre, 1) <> 0 AND coalesce(type, 1) <> 0;
            """
        )

    def _repeats(self) -> None:
        """Numbers that repeat, with each make and at all, and how loud a record is.

        A number that stands on very many records would make itself look common: all
        its records together count as ``LOUDEST``.
        """
        base = self.sides[-1]
        self.connection.execute(
            f"""
            CREATE OR REPLACE TABLE repeated AS
            SELECT key, make, count(*) AS n FROM rec0_{base}
            WHERE key <> '' AND NOT contains(key, '?') AND make <> 0
            GROUP BY key, make HAVING n >= {CLONES}
            UNION ALL
            SELECT key, 0 AS make, count(*) AS n FROM rec0_{base}
            WHERE key <> '' AND NOT contains(key, '?')
            GROUP BY key HAVING n >= {CLONES};
            CREATE OR REPLACE TABLE loud AS
            SELECT rid, CAST({LOUDEST} / n AS FLOAT) AS share FROM (
                SELECT rid, count(*) OVER (PARTITION BY key, make) AS n
                FROM rec0_{base} WHERE key <> '' AND NOT contains(key, '?')
            ) WHERE n > {LOUDEST} ORDER BY rid;
            """
        )

    def _copies(self) -> None:
        """Records that repeat another in every field."""
        base = self.sides[-1]
        alike = "normal, make, model, calibre, type, year"
        for side in self.sides:
            self.connection.execute(
                f"""
                CREATE OR REPLACE TABLE copy_{side} AS
                SELECT rid, first FROM (
                    SELECT rid, first,
                        row_number() OVER (PARTITION BY first ORDER BY rid) AS place
                    FROM rec_{side} JOIN (
                        SELECT {alike}, min(rid) AS first FROM rec_{side}
                        GROUP BY ALL HAVING count(*) > {COPIES}) USING ({alike})
                ) WHERE place > {COPIES if side == base else self._size(side) + 1}
                """
            )


_NO_SIGNS = np.zeros((0, LONGEST), np.uint8)


def code_of(make: str, model: str, calibre: str, type: str, shape: str) -> str:
    """SQL for one number that stands for a shape and what agrees; 0 is "anything"."""
    code = f"CAST({shape} AS BIGINT)"
    for value, room in ((make, 13), (model, 18), (calibre, 10), (type, 9)):
        code = f"({code} * {2**room} + {2 ** (room - 1)} + {value})"
    return code


def _texts(values: list[str]) -> NDArray[Any]:
    return np.array(values, dtype=object)


def _related_models(names: Names) -> list[tuple[int, int]]:
    """Models of which one name begins or ends with the other."""
    found = []
    for text, number in names.numbers.items():
        for cut in range(2, len(text)):
            for part in (text[:cut], text[-cut:]):
                if part in names.numbers and contains(part, text):
                    found.append((number, names.numbers[part]))
    return found


def _confusable_calibres(names: Names) -> list[tuple[int, int]]:
    codes = list(names.numbers)
    return [
        (names[one], names[two])
        for one in codes
        for two in codes
        if one != two and calibres.are_confusable(one, two)
    ]
