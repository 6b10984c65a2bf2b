"""Insert many rows of one table with one prepared statement.

Building one large statement of all values, as ``bulk_create`` does, costs several times
as much for records of eighty columns, most of them empty. Stands here because the audit
trail is the lowest floor that writes.
"""

import datetime
import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection, models

Convert = Callable[[Any], Any]
AT_ONCE = 500  # rows of one statement where rows that are there already are left out
AS_THEY_ARE = (models.BooleanField, models.IntegerField, models.FloatField)


def insert_objects(
    model: type[models.Model],
    objects: Sequence[models.Model],
    *,
    ignore_conflicts: bool = False,
) -> None:
    """Insert objects of a model; numbers that the database gives are not asked for."""
    names = columns(model)
    if objects and objects[0].pk is None:
        names = tuple(name for name in names if name != _key(model).attname)
    rows = map(attrgetter(*names), objects)
    insert(model, rows, names=names, ignore_conflicts=ignore_conflicts)


def insert(
    model: type[models.Model],
    rows: Iterable[Sequence[Any]],
    *,
    names: Sequence[str] = (),
    ignore_conflicts: bool = False,
) -> None:
    """Insert rows of values in the order of ``names``, or of the model's columns.

    ``names`` are attribute names (``unit_id``, not ``unit``). The caller has a
    transaction open.
    """
    chosen = tuple(names) or columns(model)
    converts = _converts(model, chosen, connection.vendor)
    made = [_converted(row, converts) for row in rows]
    if not made:
        return
    quote = connection.ops.quote_name
    fields = _fields(model)
    target = "{table} ({columns})".format(
        table=quote(model._meta.db_table),
        columns=", ".join(quote(str(fields[name].column)) for name in chosen),
    )
    row = "({})".format(", ".join(["%s"] * len(chosen)))
    otherwise = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(
                f"INSERT INTO {target} VALUES {row}{otherwise}",  # noqa: S608
                made,
            )
        elif ignore_conflicts:
            for start in range(0, len(made), AT_ONCE):
                some = made[start : start + AT_ONCE]
                rows_of_some = ", ".join([row] * len(some))
                cursor.execute(
                    f"INSERT INTO {target} VALUES {rows_of_some}{otherwise}",  # noqa: S608
                    [value for one in some for value in one],
                )
        else:
            _copy(cursor, target, made)


@cache
def columns(model: type[models.Model]) -> tuple[str, ...]:
    """Return the attribute names of a model's columns in their order."""
    return tuple(field.attname for field in model._meta.concrete_fields)


def next_numbers(model: type[models.Model], count: int) -> list[int]:
    """Reserve numbers for new rows of a model that numbers them itself.

    SQLite has one writer, who holds the database until its transaction ends; on
    PostgreSQL the sequence gives every caller numbers of its own.
    """
    key = connection.ops.quote_name(_key(model).column)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) "
                "FROM generate_series(1, %s)",
                [model._meta.db_table, _key(model).column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # AUTOINCREMENT never gives a number twice, even that of a removed row.
        cursor.execute(
            f"SELECT max(coalesce((SELECT max({key}) FROM {table}), 0), "  # noqa: S608
            "coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))",
            [model._meta.db_table],
        )
        last = cursor.fetchone()[0]
    return list(range(last + 1, last + 1 + count))


def _converted(
    row: Sequence[Any], converts: Sequence[tuple[int, Convert]]
) -> Sequence[Any]:
    """Return a row as the database takes it; most columns stay as they are."""
    made = list(row)
    for place, convert in converts:
        value = made[place]
        if value is not None:
            made[place] = convert(value)
    return made


def _copy(cursor: Any, target: str, rows: Iterable[Sequence[Any]]) -> None:
    with (
        connection.wrap_database_errors,
        cursor.copy(f"COPY {target} FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _key(model: type[models.Model]) -> Any:
    return model._meta.pk


@cache
def _fields(model: type[models.Model]) -> dict[str, Any]:
    return {field.attname: field for field in model._meta.concrete_fields}


@cache
def _converts(
    model: type[models.Model], names: tuple[str, ...], vendor: str
) -> list[tuple[int, Convert]]:
    """Return the places of the columns that are converted, and how."""
    fields = _fields(model)
    found = [_convert(fields[name], vendor) for name in names]
    return [(place, convert) for place, convert in enumerate(found) if convert]


def _convert(field: Any, vendor: str) -> Convert | None:
    """Return what makes of a value what the database takes; none for most fields."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.JSONField):
        encoder: json.JSONEncoder = (field.encoder or json.JSONEncoder)()
        return encoder.encode
    if isinstance(field, models.UUIDField):
        return None if vendor == "postgresql" else _hex
    if isinstance(field, models.DateTimeField):
        return None if vendor == "postgresql" else _utc
    if isinstance(field, models.CharField | models.TextField):
        return _text if vendor == "postgresql" else None
    if isinstance(field, AS_THEY_ARE):
        return None
    return lambda value: field.get_db_prep_save(value, connection)


def _text(value: str) -> str:
    # The driver writes the name of a choice where its value is meant.
    return value if type(value) is str else str(value)


def _hex(value: UUID | str) -> str:
    return value.hex if isinstance(value, UUID) else UUID(value).hex


def _utc(value: datetime.datetime) -> str:
    return str(value.astimezone(datetime.UTC)).removesuffix("+00:00")
