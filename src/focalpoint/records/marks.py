"""The marks of a firearm: each a row of its own, with place, condition, picture."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from focalpoint.accounts.access import require
from focalpoint.audit import actions as audit
from focalpoint.records import actions, history
from focalpoint.records.models import Firearm, Mark
from focalpoint.values.errors import BadInput

FIELDS = (
    "kind",
    "position",
    "component",
    "text",
    "status",
    "restoration",
    "restored_by",
)
LIMIT = 40


@transaction.atomic
def set_marks(
    firearm: Firearm, rows: Sequence[Mapping[str, Any]], *, by: Any
) -> list[Mark]:
    """Replace the marks of a firearm and remember the former ones."""
    require(by, "records.change", on=firearm)
    if len(rows) > LIMIT:
        raise BadInput("A firearm has at most %(n)s marks.", n=LIMIT)
    firearm = actions.lock(firearm)
    former = [as_row(mark) for mark in firearm.marks.all()]
    made = [_mark(firearm, row) for row in rows]
    if [as_row(mark) for mark in made] == former:
        return list(firearm.marks.all())
    history.remember(firearm, {"marks": former}, by=by, action="records.change")
    firearm.marks.all().delete()
    Mark.objects.bulk_create(made)
    actions.bump(firearm)
    firearm.save()
    actions.settle([firearm])
    audit.write("records.change", by=by, on=firearm, fields=["marks"])
    return made


def as_row(mark: Mark) -> dict[str, Any]:
    """Return a mark as forms, files and the API write it."""
    row = {name: getattr(mark, name) for name in FIELDS}
    return {**row, "image": str(mark.image_id) if mark.image_id else ""}


def _mark(firearm: Firearm, row: Mapping[str, Any]) -> Mark:
    if unknown := set(row) - {*FIELDS, "image"}:
        raise BadInput("a mark has no field %(name)s", name=", ".join(sorted(unknown)))
    values = {name: row.get(name) or "" for name in FIELDS}
    mark = Mark(firearm=firearm, image_id=row.get("image") or None, **values)
    mark.kind = mark.kind or "serial"
    mark.prepare()
    mark.full_clean(exclude=["firearm"])
    return mark
